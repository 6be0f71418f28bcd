"""What people do at the desks of the node that acts. Each reads what stands there, then does one
thing, as somebody does who comes back after the power was cut."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.kernel.errors import Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Acceptance,
    Applicant,
    ArrivalState,
    ArrivalView,
    DraftState,
    IdKind,
    SubmissionState,
)
from pishkhan.node import directory_post
from tests.letters.world import World, free, national_id, page, refer
from tests.simulator.invariants import NUMBERS, Broken
from tests.simulator.model import Letter, Promised


def accept(world: World, clerk: Actor, letter: Letter) -> str:
    """Take a letter in, or ask once more for the receipt that a death held back."""
    accepted = letters.accept(
        clerk,
        Acceptance(
            nonce=letter.nonce,
            applicant=Applicant(IdKind.NATIONAL, national_id(letter.nth), f"فرد {letter.nth}", ""),
            agency_id=world.agency,
            subject=f"نامهٔ {letter.nth}",
            fee=free(),
            pages=tuple(page(f"page {letter.nth}.{n}") for n in range(1 + letter.nth % 3)),
        ),
    )
    letter.id, letter.code = accepted.letter_id, accepted.tracking_code
    return "again" if accepted.repeated else "accepted"


def desk(
    world: World, promised: Promised, pick: int, *, void: bool = False, whole: bool = False
) -> str:
    """Take one letter at the agency one step further; "" when nothing waits there.

    `void`: the number of one that was registered and not yet referred is voided instead; `whole`:
    it is taken all the way to its dispatch.
    """
    rows = [
        row for row in letters.arrivals(world.registrar, limit=100).rows if row.state not in _DONE
    ]
    if not rows:
        return ""
    row = sorted(rows, key=lambda each: each.tracking_code)[pick % len(rows)]
    while True:
        view = letters.arrival(world.registrar, row.id)
        if void:
            return _voided(world, promised, view)
        said = _further(world, promised, view)
        if not whole or said.startswith("dispatched"):
            return said


_DONE = {ArrivalState.ANSWERED, ArrivalState.CLOSED}


def _further(world: World, promised: Promised, view: ArrivalView) -> str:
    arrival = view.row.id
    if view.row.state is ArrivalState.ARRIVED:
        issued = letters.register(world.registrar, arrival)
        _told(promised, issued.text, arrival)
        return f"registered {issued.text}"
    if not view.referrals:
        refer(world.registrar, arrival, world.head)
        return "referred"
    if not view.drafts:
        letters.draft(world.head, arrival, subject="پاسخ", body=f"پاسخ به {view.row.tracking_code}")
        return "drafted"
    (draft,) = view.drafts
    if draft.state is not DraftState.SIGNED:
        letters.sign(world.head, draft.id)
        return "signed"
    issued = letters.dispatch(world.registrar, draft.id)
    _told(promised, issued.text, draft.id)
    return f"dispatched {issued.text}"


def _voided(world: World, promised: Promised, view: ArrivalView) -> str:
    if view.row.state is not ArrivalState.REGISTERED or view.referrals:
        return ""
    text = view.row.number_text
    year, number = (int(word) for word in text.split("/"))
    letters.void_number(world.registrar, year=year, number=number, reason="اشتباه")
    promised.voided.add(text)
    return f"voided {text}"


def _told(promised: Promised, text: str, item: UUID) -> None:
    if promised.numbers.setdefault(text, item) != item:
        raise Broken(NUMBERS, f"{text} was told of two letters")


def hand_over(clerk: Actor, letter: Letter) -> str:
    """Give the person his answer if it lies here; "" when it does not."""
    assert letter.id is not None
    state = letters.submission(clerk, letter.id).row.state
    if state is SubmissionState.HANDED_OVER:
        letter.handed_over = True
    if state is not SubmissionState.READY:
        return ""
    letters.hand_over(
        clerk, letter.id, national_id=national_id(letter.nth), tracking_code=letter.code
    )
    letter.handed_over = True
    return "handed over"


def change_directory(nth: int) -> str:
    """Found an agency and tell every counter's node."""
    with suppress(Refused):  # it was founded before the power was cut
        directory.add_agency(SYSTEM, code=f"new{nth}", name=f"ادارهٔ {nth}", nicknames=[])
    return f"told {directory_post.send()}"
