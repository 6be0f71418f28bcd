"""One rule for button and deed: what is shown is never refused, what is hidden always is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters import rules
from pishkhan.letters.contracts import (
    ArrivalView,
    Classification,
    Correction,
    LetterKind,
    LinkRef,
    NewLetter,
    PostTo,
    Purpose,
    Receiver,
    Relation,
    Urgency,
)
from tests.letters.circular import branches, came, sent
from tests.letters.dehyari import village
from tests.letters.test_approve_class import Bylaw
from tests.letters.test_internal import before, internal
from tests.letters.test_internal import sent as sent_within
from tests.letters.world import World, drain, national_id, page, refer, refusing

Attempt = Callable[[Actor], Any]


class UndoneError(Exception):
    """Rolls back what a try did."""


def somewhere(actor: Actor, *, to_sign: bool = False) -> UUID:
    """Return a post that the actor may refer to: to sign, one that initials or else signs."""
    posts = directory.posts_for_referral(actor)
    if to_sign:
        posts = sorted(
            (post for post in posts if post.can_initial or post.can_sign),
            key=lambda post: not post.can_initial,
        )
    return posts[0].id if posts else UUID(int=9)


def beside(actor: Actor) -> UUID:
    """Return another post of the actor's agency."""
    agency = actor.office.agency_id if actor.office else None
    posts = directory.open_posts(agency) if agency else []
    return next((post.id for post in posts if post.id != actor.post_id), UUID(int=9))


def own(actor: Actor) -> UUID:
    """Return the actor's own post."""
    return actor.post_id or UUID(int=9)


def elsewhere(actor: Actor) -> UUID:
    """Return an agency other than the actor's."""
    own = actor.office.agency_id if actor.office else None
    return next(hit.id for hit in directory.find_agencies("شرکت") if hit.id != own)


def on_letter(view: ArrivalView) -> dict[str, Attempt]:
    """Every deed on the letter as a whole, by the name of its button."""
    id_ = view.row.id
    page = view.pages[0].digest if view.pages else ""
    year, number = (int(part) for part in (view.row.number_text or "1405/999").split("/"))
    return {
        "register": lambda a: letters.register(a, id_),
        "refer": lambda a: letters.refer(a, id_, to=[Receiver(somewhere(a), Purpose.INFORMATION)]),
        "take": lambda a: letters.refer(a, id_, to=[Receiver(own(a), Purpose.ACTION, True)]),
        "offer_for_signature": lambda a: letters.refer(
            a, id_, to=[Receiver(somewhere(a, to_sign=True), Purpose.SIGNATURE)]
        ),
        "return_for_deficiency": lambda a: letters.return_for_deficiency(a, id_, missing="سند"),
        "link": lambda a: letters.link(a, id_, LinkRef(Relation.FOLLOWS, "77", 1404, "")),
        "correct": lambda a: letters.correct(
            a,
            id_,
            Correction("موضوع دیگر", "فرد نمونه", LetterKind.REQUEST, Urgency.NORMAL),
            reason="x",
        ),
        "set_aside": lambda a: letters.set_aside(a, id_, reason="ناخوانا"),
        "transfer": lambda a: letters.transfer(
            a, id_, agency_id=elsewhere(a), reason="x", again=True
        ),
        "address": lambda a: letters.address(a, id_, agency_id=elsewhere(a)),
        "enclose": lambda a: letters.enclose(a, id_),
        "acknowledge": lambda a: letters.acknowledge(a, id_),
        "remind_receivers": lambda a: letters.remind_receivers(a, id_),
        "write_on_page": lambda a: letters.write_on_page(
            a, id_, seq=1, leaf=1, digest=page, strokes=[[[1, 2], [3, 4]]]
        ),
        "answer": lambda a: letters.begin_letter(a, internal(PostTo(beside(a)), answers=id_)),
        "set_class": lambda a: letters.set_class(
            a, id_, classification=Classification("3"), reason="x"
        ),
        "draft": lambda a: letters.draft(a, id_, subject="پاسخ", body="متن"),
        "close": lambda a: letters.close(a, id_, outcome="پایان"),
        "reopen": lambda a: letters.reopen(a, id_, reason="اعتراض"),
        "void_number": lambda a: letters.void_number(a, year=year, number=number, reason="x"),
    }


def on_parts(view: ArrivalView) -> dict[str, Attempt]:
    """Every deed on each referral and each draft, by the name of its button."""
    found: dict[str, Attempt] = {}
    for referral in view.referrals:
        id_ = referral.id
        found |= {
            f"take_back:{id_}": bound(letters.take_back, id_),
            f"finish:{id_}": bound(letters.finish, id_, outcome="x"),
            f"lift:{id_}": bound(letters.lift, id_),
            f"ask_back:{id_}": bound(letters.ask_back, id_, reason="x"),
            f"give_back:{id_}": bound(letters.give_back, id_),
            f"decline_recall:{id_}": bound(letters.decline_recall, id_, reason="x"),
            f"remind:{id_}": bound(letters.remind, id_),
        }
    for draft in view.drafts:
        id_ = draft.id
        words = {"subject": "پاسخ", "body": "متنی دیگر"}
        found |= {
            f"revise:{id_}": bound(letters.draft, view.row.id, draft_id=id_, **words),
            f"initial:{id_}": bound(letters.initial, id_),
            f"send_back:{id_}": bound(letters.send_back, id_, note="x"),
            f"sign:{id_}": bound(letters.sign, id_),
            f"sign_and_send:{id_}": bound(letters.sign_and_send, id_),
            f"dispatch:{id_}": bound(letters.dispatch, id_),
            f"resend:{id_}": bound(letters.resend, id_),
            f"approve:{id_}": bound(letters.approve_class, id_),
            f"ask_approval:{id_}": bound(letters.ask_approval, id_),
        }
    return found


def bound(deed: Callable[..., Any], id_: UUID, **more: Any) -> Attempt:
    return lambda actor: deed(actor, id_, **more)


def do_and_undo(attempt: Attempt, actor: Actor) -> None:
    with journal.act():
        try:
            attempt(actor)
        except Refused as error:
            # Not the button's fault: the one receiver this test knows has it already.
            if error.code not in ("letters.referred-already", "letters.not-cleared"):
                raise
        raise UndoneError


def check(world: World, arrival: UUID, clerk: Actor | None = None) -> set[str]:
    """Try everything as everyone and undo it; return the deeds that anybody may do.

    `clerk` keeps the secretariat that has the letter, where that is not the usual one.
    """
    full = letters.arrival(clerk or world.registrar, arrival)
    possible: set[str] = set()
    for actor in (
        world.registrar,
        world.head,
        world.deputy,
        world.expert,
        world.colleague,
        world.other_registrar,
        world.other_head,
        world.admin,
        world.clerk,
        *([clerk] if clerk else []),
    ):
        try:
            shown = letters.arrival(actor, arrival).deeds
        except NotFound:
            shown = None
        for name, attempt in (on_letter(full) | on_parts(full)).items():
            if shown is not None and name in shown:
                with pytest.raises(UndoneError):
                    do_and_undo(attempt, actor)
                possible.add(name.partition(":")[0])
                assert name.partition(":")[0] in shown
            else:
                with pytest.raises((Refused, Forbidden, NotFound)):
                    attempt(actor)
    return possible


def test_buttons_and_deeds_agree_in_every_state(world: World):
    seen: set[str] = set()
    accepted, arrival = world.arrive()
    seen |= check(world, arrival)
    letters.register(world.registrar, arrival)
    seen |= check(world, arrival)
    refer(world.registrar, arrival, world.deputy)
    seen |= check(world, arrival)
    (first,) = letters.open_arrival(world.deputy, arrival).referrals
    letters.ask_back(world.registrar, first.id, reason="اشتباه")
    letters.remind(world.registrar, first.id)
    seen |= check(world, arrival)
    letters.decline_recall(world.deputy, first.id, reason="در کار است")
    refer(world.deputy, arrival, world.expert)
    refer(world.deputy, arrival, world.colleague, Purpose.OPINION)
    seen |= check(world, arrival)
    letters.return_for_deficiency(world.expert, arrival, missing="سند")
    seen |= check(world, arrival)
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(), note="سند ندارد")
    drain()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    seen |= check(world, arrival)
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    seen |= check(world, arrival)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    seen |= check(world, arrival)
    letters.sign(world.head, draft)
    seen |= check(world, arrival)
    letters.dispatch(world.registrar, draft)
    with refusing():
        drain()
    seen |= check(world, arrival)
    letters.resend(world.registrar, draft)
    drain()
    seen |= check(world, arrival)
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=national_id(1),
        tracking_code=accepted.tracking_code,
    )
    drain()
    seen |= check(world, arrival)
    seen |= check(world, letters.begin_letter(world.expert, to_power(world)))
    seen |= circulars(world) | secrets(world)
    sent_within(world, enclosures=(page("plan"),))
    seen |= check(world, before(world.colleague))
    seen |= alone(world)
    # Every deed was somebody's somewhere: the test would not notice one that never is.
    assert seen == {*rules.ON_LETTER, *rules.ON_REFERRAL, *rules.ON_DRAFT}


def secrets(world: World) -> set[str]:
    """Check a letter of class 4 before it is approved, while it is asked for, and when it went."""
    bylaw = Bylaw.make(world)
    people = replace(world, head=bylaw.head, deputy=bylaw.deputy, expert=bylaw.expert)
    made = bylaw.begun()
    seen = check(people, made, bylaw.clerk)
    letters.ask_approval(bylaw.deputy, bylaw.draft(made).id)
    seen |= check(people, made, bylaw.clerk)
    return seen | check(people, bylaw.sent(), bylaw.clerk)


def circulars(world: World) -> set[str]:
    """Check a circular where it was written and where it came; return what may be done."""
    first, *_others = branches(world)
    made = sent(world)
    there = came(first.clerk)
    seen = check(world, made) | check(world, there, first.clerk)
    letters.acknowledge(first.clerk, there)
    letters.remind_receivers(world.expert, made)
    assert not check(world, made) & {"remind_receivers", "address"}
    assert "acknowledge" not in check(world, there, first.clerk)
    return seen


def alone(world: World) -> set[str]:
    """Check what the one person of a dehyari may do with what came, and with what he writes."""
    there = village(world)
    assert there.dehyar.office is not None
    directory.add_post(
        SYSTEM, secretariat_id=there.dehyar.office.id, title="همکار", can_initial=True
    )
    world.accept(agency_id=there.agency)
    drain()
    arrival = came(there.dehyar)
    assert "take" not in check(world, arrival, there.dehyar)
    letters.register(there.dehyar, arrival)
    assert "take" in check(world, arrival, there.dehyar)
    refer(there.dehyar, arrival, there.dehyar)
    letters.draft(there.dehyar, arrival, subject="پاسخ", body="متن")
    seen = check(world, arrival, there.dehyar)
    assert "take" not in seen
    return seen | {"take"}


def to_power(world: World) -> NewLetter:
    return NewLetter(
        agency_id=world.other_agency, recipient="مدیرعامل محترم", subject="قطع برق", body="متن"
    )


def test_buttons_and_deeds_agree_on_letters_between_agencies(world: World):
    made = letters.begin_letter(world.expert, to_power(world))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    assert "address" in check(world, made)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    assert "address" not in check(world, made)
    letters.dispatch(world.registrar, draft)
    assert check(world, made) == {"link"}


def test_a_withdrawn_letter_has_only_its_number_left_to_void(world: World):
    accepted, arrival = world.referred()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="انصراف")
    drain()
    assert check(world, arrival) == {"void_number"}
