"""An agency writes to another with copies; each registers it, and the answer comes back linked."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    ArrivalView,
    Book,
    CopyState,
    CopyTo,
    LinkRef,
    NewLetter,
    Purpose,
    Relation,
    StepKind,
    Way,
)
from pishkhan.letters.logic import wire
from tests.letters.world import World, _agency, _post, _seat, drain, refer, refusing

WATER, POWER, GAS = "شرکت آب و فاضلاب استان", "شرکت توزیع نیروی برق استان", "شرکت گاز استان"
BODY = "با سلام،\nخواهشمند است زمان قطع برق ایستگاه پمپاژ اعلام شود."


def gas(world: World) -> tuple[UUID, Actor]:
    """Found a third agency; return it and its secretariat's clerk."""
    agency = _agency("gas", GAS, "گاز")
    office = directory.add_secretariat(SYSTEM, agency_id=agency, name="دبیرخانهٔ گاز")
    post = _post(office, "متصدی دبیرخانهٔ گاز", is_clerk=True)
    return agency, _seat(post, "registrar3", "دبیر گاز")


def letter(world: World, **changes: object) -> NewLetter:
    given = NewLetter(
        agency_id=world.other_agency,
        recipient="مدیرعامل محترم شرکت توزیع نیروی برق",
        subject="قطع برق ایستگاه پمپاژ",
        body=BODY,
    )
    return replace(given, **changes)  # type: ignore[arg-type] # the fields' own types


def sent(world: World, **changes: object) -> UUID:
    """Write, initial, sign and dispatch a letter; return the id that opens it."""
    made = letters.begin_letter(world.expert, letter(world, **changes))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    return made


def there(actor: Actor) -> ArrivalView:
    """Return the newest letter at the actor's secretariat."""
    return letters.arrival(actor, letters.arrivals(actor).rows[0].id)


def test_a_letter_with_copies_arrives_in_each_secretariat_with_two_numbers_and_dates(
    world: World,
):
    agency, clerk = gas(world)
    made = sent(world, copies=(CopyTo(agency, "جهت استحضار"),))
    own = letters.arrival(world.registrar, made)
    assert (own.way, own.row.state) == (Way.OUTGOING, ArrivalState.DISPATCHED)
    assert own.row.number_text.endswith("/1")
    assert own.official is not None
    assert [(each.agency_name, each.phrase, each.state) for each in own.official.addressees] == [
        (POWER, "", CopyState.ARRIVED),
        (GAS, "جهت استحضار", CopyState.ARRIVED),
    ]
    for actor, copy in ((world.other_registrar, False), (clerk, True)):
        view = there(actor)
        assert (view.way, view.row.state) == (Way.INCOMING, ArrivalState.ARRIVED)
        assert (view.row.subject, view.body) == ("قطع برق ایستگاه پمپاژ", BODY)
        assert (view.row.from_name, view.sender_number) == (WATER, own.row.number_text)
        assert view.official is not None
        assert view.official.dispatched_at is not None
        assert view.sender_date == view.official.dispatched_at.astimezone(TEHRAN).date()
        assert (view.official.as_copy, view.official.signer_title) == (copy, "مدیرعامل")
        assert [each.agency_name for each in view.official.addressees] == [POWER, GAS]
        number = letters.register(actor, view.row.id)
        assert there(actor).sender_number == own.row.number_text
        assert number.text.endswith("/1")
    drain()
    told = letters.arrival(world.registrar, made).official
    assert told is not None
    assert {each.state for each in told.addressees} == {CopyState.REGISTERED}
    assert all(each.number_text.endswith("/1") for each in told.addressees)


def test_its_answer_comes_back_to_the_secretariat_linked(world: World):
    made = sent(world)
    theirs = there(world.other_registrar)
    letters.register(world.other_registrar, theirs.row.id)
    refer(world.other_registrar, theirs.row.id, world.other_head)
    head = replace(world.other_head, rights=world.other_head.rights | {Right.INITIAL})
    draft = letters.draft(head, theirs.row.id, subject="پاسخ", body="فردا", recipient="مدیر محترم")
    letters.initial(head, draft)
    letters.sign(head, draft)
    number = letters.dispatch(world.other_registrar, draft)
    drain()
    reply = there(world.registrar)
    assert (reply.row.from_name, reply.body, reply.sender_number) == (POWER, "فردا", number.text)
    own = letters.arrival(world.registrar, made)
    year, no = own.row.number_text.split("/")
    assert reply.links == (LinkRef(Relation.ANSWERS, no, int(year), WATER),)
    assert StepKind.REPLIED in [step.kind for step in own.steps]
    assert own.official is not None
    assert own.official.addressees[0].state is CopyState.ANSWERED
    assert letters.arrival(world.other_registrar, theirs.row.id).row.state is ArrivalState.ANSWERED
    # They reopen it and answer once more: both answers stand side by side.
    letters.reopen(world.other_registrar, theirs.row.id, reason="x")
    refer(world.other_registrar, theirs.row.id, world.other_head)
    second = letters.draft(head, theirs.row.id, subject="پاسخ دوم", body="پس‌فردا", recipient="م")
    letters.initial(head, second)
    letters.sign(head, second)
    letters.dispatch(world.other_registrar, second)
    drain()
    again = there(world.registrar)
    assert (again.body, again.official is not None and again.official.as_copy) == ("پس‌فردا", False)
    # An answer may be answered in its turn.
    letters.register(world.registrar, reply.row.id)
    drain()


def test_the_dispatch_book_has_its_number_and_receiver(world: World):
    made = sent(world)
    own = letters.arrival(world.registrar, made)
    day = own.steps[-1].at.astimezone(TEHRAN).date()
    (line,) = letters.book(world.registrar, Book.DISPATCH, since=day, until=day).rows
    assert (line.text, line.person, line.subject) == (own.row.number_text, POWER, own.row.subject)
    assert line.answers == ""  # it answers nothing, least of all itself
    assert letters.search(world.registrar, own.row.number_text).rows[0].id == made


def test_links_travel_with_it(world: World):
    link = LinkRef(Relation.FOLLOWS, "12", 1404, POWER)
    sent(world, links=(link,))
    assert there(world.other_registrar).links == (link,)


def test_what_is_for_citizens_letters_is_not_for_these(world: World):
    made = sent(world)
    own = letters.arrival(world.registrar, made)
    assert own.deeds.allowed <= {"link"}
    theirs = there(world.other_registrar)
    assert "register" in theirs.deeds
    assert not {"transfer", "return_for_deficiency", "correct", "address"} & theirs.deeds.allowed
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.transfer(
            world.other_registrar, theirs.row.id, agency_id=world.agency, reason="x", again=True
        )
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.return_for_deficiency(world.other_registrar, theirs.row.id, missing="x")


def test_one_that_is_not_registrable_is_told_to_its_writer(world: World):
    made = sent(world)
    letters.set_aside(world.other_registrar, there(world.other_registrar).row.id, reason="x")
    drain()
    own = letters.arrival(world.registrar, made).official
    assert own is not None
    assert own.addressees[0].state is CopyState.SET_ASIDE


def test_what_the_other_side_refused_is_sent_again_under_its_number(world: World):
    with refusing(wire.SENT, code="letters.bad-message"):
        made = sent(world)
    own = letters.arrival(world.registrar, made)
    assert own.official is not None
    assert own.official.addressees[0].state is CopyState.NOT_TAKEN
    assert own.steps[-1].kind is StepKind.COPY_REFUSED
    letters.resend(world.registrar, own.drafts[0].id)
    drain()
    assert there(world.other_registrar).sender_number == own.row.number_text
    again = letters.arrival(world.registrar, made).official
    assert again is not None
    assert again.addressees[0].state is CopyState.ARRIVED


def test_only_a_post_writes_and_only_to_other_agencies(world: World):
    for stranger in (world.clerk, world.admin):
        with pytest.raises(Forbidden):
            letters.begin_letter(stranger, letter(world))
    for changes, field in (
        ({"agency_id": world.agency}, "agency_id"),
        ({"agency_id": new_id()}, "agency_id"),
        ({"copies": (CopyTo(world.other_agency),)}, "copies"),
        ({"recipient": " "}, "recipient"),
        ({"subject": ""}, "subject"),
        ({"body": ""}, "body"),
    ):
        with pytest.raises(Invalid) as caught:
            letters.begin_letter(world.expert, letter(world, **changes))
        assert set(caught.value.fields) == {field}


def test_nobody_else_sees_it_here_or_there(world: World):
    made = letters.begin_letter(world.expert, letter(world))
    for stranger in (world.colleague, world.head, world.other_registrar, world.clerk, world.admin):
        with pytest.raises(NotFound):
            letters.arrival(stranger, made)
    assert letters.arrival(world.registrar, made).row.state is ArrivalState.IN_PROGRESS
    made = sent(world)
    arrived = there(world.other_registrar).row.id
    for stranger in (world.registrar, world.expert, world.other_head):
        with pytest.raises(NotFound):
            letters.arrival(stranger, arrived)


def test_the_entries_hold_no_words(world: World):
    made = sent(world)
    letter_id = letters.arrival(world.registrar, made).letter_id
    entries = journal.entries_of(letter_id)
    assert {"letter.begun", "letter.signed", "letter.dispatched"} <= {each.kind for each in entries}
    assert all("پمپاژ" not in str(each.fields) for each in entries)
