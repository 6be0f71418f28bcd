"""The exercises of each seat, and by what in the journal each is known to be done."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Exercise:
    """`done_by` are kinds of journal entries, or marks of a screen that leaves no entry."""

    title: Any
    how: Any
    address: str
    done_by: frozenset[str]


PARKED, RESUMED, REPEATED = "screen.parked", "screen.resumed", "screen.repeated"
TOGETHER = "screen.together"
"""Signed on the page that shows several: their entries are those of single ones."""

MARKS = {"counter:park": PARKED, "counter:resume": RESUMED, "counter:repeat": REPEATED}
"""Laying aside and repeating are no deeds, so no entry tells of them: their screens do."""


def _exercise(title: Any, how: Any, address: str, *done_by: str) -> Exercise:
    return Exercise(title, how, address, frozenset(done_by))


COUNTER = (
    _exercise(
        _("Accept a letter"),
        _(
            "Type the number 1234567891, say that you saw the card, choose the agency by three "
            "letters, add a page, write the subject and accept."
        ),
        "counter:accept",
        "letter.accepted",
    ),
    _exercise(
        _("Repeat the last letter"),
        _("After accepting, choose “Same person, next letter” or “Same letter, another person”."),
        "counter:accept",
        REPEATED,
    ),
    _exercise(
        _("Park a client"),
        _("Begin a letter, then lay it aside while somebody fetches a paper."),
        "counter:accept",
        PARKED,
    ),
    _exercise(
        _("Take the parked client up again"),
        _("Among what is laid aside, choose the letter; everything typed is there."),
        "counter:parked",
        RESUMED,
    ),
    _exercise(
        _("Hand an answer over"),
        _("Choose an answer that is ready, type the person's number, hand the paper over."),
        "counter:hand-over",
        "letter.handed_over",
    ),
    _exercise(
        _("Find a lost code"),
        _("Type the national ID and say that you saw the card."),
        "counter:lost",
        "person.card_seen",
    ),
    _exercise(
        _("Close the day"),
        _("In the menu, “Close of day”: compare the figures with the till and confirm."),
        "counter:day",
        "day.closed",
    ),
)
SECRETARIAT = (
    _exercise(
        _("Register an arrival"),
        _("Open a letter, read it and register it: it gets its number."),
        "secretariat:arrivals",
        "letter.registered",
    ),
    _exercise(
        _("Refer it to an expert"),
        _("On a registered letter choose the receiver, a phrase and a deadline, and refer."),
        "secretariat:arrivals",
        "letter.referred",
    ),
    _exercise(
        _("Return a letter for a missing paper"),
        _("On a registered letter say what is missing and until when; the clock pauses."),
        "secretariat:arrivals",
        "letter.returned",
    ),
    _exercise(
        _("Void a number"),
        _("On a registered letter give the reason; the number stays in the book, void."),
        "secretariat:arrivals",
        "number.voided",
    ),
)
EXPERT = (
    _exercise(
        _("Refer a letter with a purpose"),
        _("Open a letter, choose for whom and what for: action, information or an opinion."),
        "cartable:open",
        "letter.referred",
    ),
    _exercise(
        _("Give your opinion"),
        _("On a letter that was referred to you, finish your part and write what you found."),
        "cartable:open",
        "letter.referral_finished",
    ),
    _exercise(
        _("Write a draft"),
        _("On a letter choose “Write the answer”, write a few lines and keep them."),
        "cartable:open",
        "letter.drafted",
    ),
    _exercise(
        _("Initial the draft"),
        _("On your draft press “Initial the draft”, then send it to the head to sign."),
        "cartable:open",
        "letter.initialled",
    ),
    _exercise(
        _("Sign per pro"),
        _("First, as the head, let this post sign per pro. Then sign a draft of your own for him."),
        "cartable:open",
        "letter.signed",
    ),
)
HEAD = (
    _exercise(
        _("Give an order in the margin"),
        _("Open a letter, choose a phrase and who does it, and refer."),
        "cartable:open",
        "letter.referred",
    ),
    _exercise(
        _("Sign an answer"),
        _("Open a letter to sign, read the answer and sign it."),
        "cartable:to-sign",
        "letter.signed",
    ),
    _exercise(
        _("Sign several at once"),
        _("Read the answers one after the other, mark those that are right and sign them."),
        "cartable:together",
        TOGETHER,
    ),
    _exercise(
        _("Send a draft back"),
        _("On a draft say what should be written otherwise, and send it back."),
        "cartable:to-sign",
        "letter.draft_sent_back",
    ),
    _exercise(
        _("Let somebody sign per pro"),
        _("Choose the expert and until when; what he signs bears his name and your post."),
        "cartable:stand-ins",
        "post.stand_in_named",
    ),
)
OF_DESK = {"counter": COUNTER, "secretariat": SECRETARIAT, "expert": EXPERT, "head": HEAD}
"""By desk; at the cartable by who sits there."""


def ticked(desk: str, done: Collection[str]) -> list[tuple[Exercise, bool]]:
    """Return the exercises of a desk, or of who sits at the cartable, each with whether done."""
    return [(each, not each.done_by.isdisjoint(done)) for each in OF_DESK.get(desk, ())]
