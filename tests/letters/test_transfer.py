"""A letter goes on to the competent agency, and everybody who has to do with it follows."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Accepted,
    ArrivalState,
    Book,
    Purpose,
    ReferralState,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Arrival
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, national_id, page, refer, refusing

WATER, POWER = "شرکت آب و فاضلاب استان", "شرکت توزیع نیروی برق استان"
WHY = "موضوع برق است"


def there(actor: Actor, accepted: Accepted) -> UUID:
    """Return the arrival of the letter at the actor's secretariat."""
    rows = letters.arrivals(actor, limit=100).rows
    return next(row.id for row in rows if row.tracking_code == accepted.tracking_code)


def moved(world: World, **changes: object) -> tuple[Accepted, UUID, UUID]:
    """Transfer a registered letter to the power company; return it and both arrivals."""
    accepted, arrival = world.arrive(**changes)
    letters.register(world.registrar, arrival)
    letters.transfer(world.registrar, arrival, agency_id=world.other_agency, reason=WHY)
    drain()
    return accepted, arrival, there(world.other_registrar, accepted)


def test_the_letter_moves_under_its_code_and_the_old_number_tells_where_it_went(world: World):
    accepted, here, other = moved(world)
    old = letters.arrival(world.registrar, here)
    assert (old.row.state, old.passed_to) == (
        ArrivalState.TRANSFERRED,
        POWER,
    )
    assert old.row.number_text.endswith("/1")
    new = letters.arrival(world.other_registrar, other)
    assert (new.row.state, new.row.number_text) == (ArrivalState.ARRIVED, "")
    assert new.row.tracking_code == accepted.tracking_code
    assert (new.row.subject, new.applicant.name) == (old.row.subject, old.applicant.name)
    assert [page.digest for page in new.pages] == [page.digest for page in old.pages]
    assert new.accepted_at == old.accepted_at  # the applicant's clock runs on
    (past,) = new.trail
    assert (past.agency_id, past.number_text, past.reason) == (
        world.agency,
        old.row.number_text,
        WHY,
    )
    assert past.arrived_at == old.row.arrived_at
    assert [step.kind for step in new.steps] == [StepKind.TRANSFERRED, StepKind.ARRIVED]
    letter = accepted.letter_id
    assert relay.custodian_state(letter, world.other_secretariat) is CustodyState.HELD
    assert relay.custodian_state(letter, world.secretariat) is CustodyState.RELEASED
    assert old.registered_at is not None
    day = old.registered_at.astimezone(TEHRAN).date()
    (line,) = letters.book(world.registrar, Book.REGISTER, since=day, until=day).rows
    assert line.passed_to == POWER


def test_counter_and_citizen_are_told_once_and_see_who_has_it(world: World):
    accepted, here = world.arrive()
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    with refusing(wire.TRANSFERRED, fault=True):
        drain()
    on_the_way = letters.submission(world.clerk, accepted.letter_id)
    assert on_the_way.row.state is SubmissionState.TRANSFERRED
    assert on_the_way.row.agency_name == POWER
    assert on_the_way.steps[-1].params == {
        "from": WATER,
        "to": POWER,
        "reason": WHY,
    }
    told = letters.track(accepted.tracking_code, national_id(1))
    assert told.state is SubmissionState.TRANSFERRED
    assert told.agency_name == POWER
    assert told.steps[-1].params == {"to": POWER}
    patterns = [fate.pattern for fate in notices.fates(accepted.letter_id)]
    assert patterns.count(Pattern.TRANSFERRED) == 1
    # What was accepted stays on the receipt.
    receipt = letters.receipt(world.clerk, accepted.letter_id)
    assert receipt.agency_name == WATER


def test_the_other_agency_answers_through_the_same_counter(world: World):
    accepted, _here, other = moved(world)
    number = letters.register(world.other_registrar, other)
    refer(world.other_registrar, other, world.other_head)
    head = replace(world.other_head, rights=world.other_head.rights | world.deputy.rights)
    draft = letters.draft(head, other, subject="پاسخ", body="تیر برق عوض می‌شود.")
    letters.initial(head, draft)
    letters.sign(head, draft)
    letters.dispatch(world.other_registrar, draft)
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.READY
    assert seen.row.number_text == number.text
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=national_id(1),
        tracking_code=accepted.tracking_code,
    )
    drain()
    assert letters.arrival(world.other_registrar, other).row.state is ArrivalState.CLOSED


def test_work_on_it_ends_with_the_transfer(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.transfer(world.registrar, arrival, agency_id=world.other_agency, reason=WHY)
    view = letters.arrival(world.registrar, arrival)
    assert {each.state for each in view.referrals} == {ReferralState.CLOSED}
    assert view.row.holder == ""
    with pytest.raises(Forbidden):
        letters.initial(world.deputy, draft)
    for deed in (
        lambda: letters.transfer(
            world.registrar, arrival, agency_id=world.other_agency, reason=WHY
        ),
        lambda: letters.reopen(world.registrar, arrival, reason="x"),
        lambda: letters.close(world.registrar, arrival, outcome="x"),
    ):
        with pytest.raises(Refused, match=r"letters\.not-now"):
            deed()


def test_an_agency_that_answered_does_not_transfer(world: World):
    _, arrival = world.answered()
    letters.reopen(world.registrar, arrival, reason="اعتراض")
    with pytest.raises(Refused, match=r"letters\.answered-already"):
        letters.transfer(world.registrar, arrival, agency_id=world.other_agency, reason=WHY)
    assert "transfer" not in letters.arrival(world.registrar, arrival).deeds


def test_a_loop_is_warned_of_and_goes_on_under_the_old_number_when_confirmed(world: World):
    accepted, here, other = moved(world)
    letters.register(world.other_registrar, other)
    with pytest.raises(Invalid, match=r"letters\.transfer-loop") as caught:
        letters.transfer(world.other_registrar, other, agency_id=world.agency, reason="نه")
    assert set(caught.value.fields) == {"agency_id"}
    letters.transfer(world.other_registrar, other, agency_id=world.agency, reason="نه", again=True)
    drain()
    back = letters.arrival(world.registrar, here)
    assert back.row.state is ArrivalState.REGISTERED
    assert back.row.number_text.endswith("/1")
    assert [past.agency_id for past in back.trail] == [world.agency, world.other_agency]
    drawn = [step.kind for step in back.steps]
    assert drawn.count(StepKind.TRANSFERRED) == 2
    assert len(back.pages) == 2
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.ARRIVED or seen.row.number_text
    assert seen.row.agency_name == WATER
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is CustodyState.HELD
    # And once more, now that both know it.
    with pytest.raises(Invalid, match=r"letters\.transfer-loop"):
        letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)


def test_what_the_applicant_adds_later_reaches_the_new_agency(world: World):
    accepted, _here, other = moved(world)
    letters.return_for_deficiency(world.other_registrar, other, missing="کروکی")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("three"),))
    drain()
    view = letters.arrival(world.other_registrar, other)
    assert view.row.state is ArrivalState.ARRIVED
    assert [(each.seq, each.round) for each in view.pages] == [(1, 0), (2, 0), (3, 1)]


def test_pages_keep_their_round_when_the_letter_moves(world: World):
    accepted, here = world.arrive()
    letters.return_for_deficiency(world.registrar, here, missing="کروکی")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("three"),))
    drain()
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    drain()
    view = letters.arrival(world.other_registrar, there(world.other_registrar, accepted))
    assert [(each.seq, each.round) for each in view.pages] == [(1, 0), (2, 0), (3, 1)]


def test_a_wish_to_withdraw_that_crosses_the_transfer_follows_the_letter(world: World):
    accepted, here = world.arrive()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="x")
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    drain()
    other = there(world.other_registrar, accepted)
    assert letters.arrival(world.other_registrar, other).row.state is ArrivalState.WITHDRAWN
    assert letters.arrival(world.registrar, here).row.state is ArrivalState.TRANSFERRED
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.WITHDRAWN
    kinds = [entry.kind for entry in journal.entries_of(accepted.letter_id)]
    assert "letter.message_passed_on" in kinds


def test_a_wish_to_withdraw_while_it_is_on_its_way_waits_for_it(world: World):
    accepted, here = world.arrive()
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    with refusing(wire.TRANSFERRED, fault=True):
        drain()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="x")
    drain()
    # The transfer lies before a person; the wish is tried again and not refused.
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.withdrawal_asked
    assert [step.kind for step in seen.steps][-1] is StepKind.WITHDRAWAL_ASKED


def test_a_transfer_that_the_other_side_will_not_take_comes_back(world: World):
    accepted, here = world.arrive()
    number = letters.register(world.registrar, here)
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    with refusing(wire.TRANSFERRED, code="letters.bad-message"):
        drain()
    view = letters.arrival(world.registrar, here)
    assert (view.row.state, view.row.outcome) == (ArrivalState.REGISTERED, "")
    assert view.steps[-1].kind is StepKind.TRANSFER_REFUSED
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert (seen.row.state, seen.row.number_text) == (SubmissionState.REGISTERED, number.text)
    assert seen.row.agency_name == WATER
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is CustodyState.HELD
    # It goes on as ever: to be withdrawn here, or to be transferred anew.
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.ARRIVED
    assert seen.row.agency_name == POWER


def test_the_counter_still_writes_to_the_agency_that_kept_it(world: World):
    accepted, here = world.arrive()
    letters.transfer(world.registrar, here, agency_id=world.other_agency, reason=WHY)
    with refusing(wire.TRANSFERRED, code="letters.bad-message"):
        drain()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="x")
    drain()
    assert letters.arrival(world.registrar, here).row.state is ArrivalState.WITHDRAWN


def test_the_agency_that_passed_it_on_has_no_say_any_more(world: World):
    accepted, here, _other = moved(world)
    with journal.act() as act:
        row = Arrival.objects.get(pk=here)
        row.state = ArrivalState.CLOSED.value
        tell_counter(act, row, StepKind.CLOSED)
        act.append("letter.closed", subject=accepted.letter_id, actor="system", fields={})
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.ARRIVED
    assert StepKind.CLOSED not in [step.kind for step in seen.steps]


def test_only_the_secretariat_that_holds_it_transfers_with_a_reason_to_another(world: World):
    _, arrival = world.arrive()
    other = world.other_agency
    for stranger in (world.other_registrar, world.clerk, world.expert, world.head, world.admin):
        with pytest.raises((NotFound, Forbidden)):
            letters.transfer(stranger, arrival, reason=WHY, agency_id=other)
    for agency, reason, field in (
        (world.other_agency, " ", "reason"),
        (world.agency, WHY, "agency_id"),
        (new_id(), WHY, "agency_id"),
    ):
        with pytest.raises(Invalid) as caught:
            letters.transfer(world.registrar, arrival, agency_id=agency, reason=reason)
        assert set(caught.value.fields) == {field}
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ARRIVED


def test_no_one_of_the_new_agency_sees_it_at_the_old_one_or_the_reverse(world: World):
    _accepted, here, other = moved(world)
    with pytest.raises(NotFound):
        letters.arrival(world.other_registrar, here)
    for stranger in (world.registrar, world.head, world.expert, world.other_head):
        with pytest.raises(NotFound):
            letters.arrival(stranger, other)


def test_the_entries_hold_no_words(world: World):
    accepted, _here, _other = moved(world)
    entries = {entry.kind: entry for entry in journal.entries_of(accepted.letter_id)}
    assert set(entries["letter.transferred"].fields) == {
        "again",
        "before",
        "from",
        "reason_digest",
        "to",
    }
    assert "letter.move_received" in entries
    assert all(WHY not in str(entry.fields) for entry in entries.values())
