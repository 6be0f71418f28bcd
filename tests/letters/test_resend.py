"""An answer that the counter's node refuses: the agency hears, holds it, and sends it again."""

from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, DraftState, StepKind, SubmissionState
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, national_id, refusing


def refused(world: World):
    """Return a letter whose answer was refused: (accepted, arrival, draft)."""
    with refusing():
        accepted, arrival = world.answered()
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    return accepted, arrival, draft.id


def test_the_agency_sees_the_refusal_and_holds_the_answer(world: World):
    accepted, arrival, draft = refused(world)
    view = letters.arrival(world.registrar, arrival)
    assert view.drafts[0].state is DraftState.REFUSED
    assert view.row.state is ArrivalState.ANSWERED
    assert view.steps[-1].kind is StepKind.REFUSED
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.HELD
    assert relay.custodian_state(draft, world.counter) is None
    (row,) = letters.to_dispatch(world.registrar).rows
    assert (row.draft_id, row.refused) == (draft, True)
    assert letters.submission(world.clerk, accepted.letter_id).answers == ()
    told = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "answer.refused"]
    assert [e.fields["reason"] for e in told] == ["letters.bad-signature"]


def test_it_is_sent_again_under_its_number_and_reaches_the_person(world: World):
    accepted, arrival, draft = refused(world)
    number = letters.arrival(world.registrar, arrival).drafts[0].number_text
    letters.resend(world.registrar, draft)
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.OFFERED
    drain()
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.RELEASED
    assert relay.custodian_state(draft, world.counter) is CustodyState.HELD
    assert letters.open_answer(world.clerk, accepted.letter_id).number_text == number
    assert letters.to_dispatch(world.registrar).rows == ()
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=national_id(1),
        tracking_code=accepted.tracking_code,
    )
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.CLOSED


def test_it_may_be_refused_and_sent_any_number_of_times(world: World):
    _, _, draft = refused(world)
    for _ in range(2):
        with refusing():
            letters.resend(world.registrar, draft)
            drain()
        assert relay.custodian_state(draft, world.secretariat) is CustodyState.HELD
    letters.resend(world.registrar, draft)
    drain()
    assert relay.custodian_state(draft, world.counter) is CustodyState.HELD


def test_only_who_dispatches_sends_again_and_only_what_was_refused(world: World):
    _, _, draft = refused(world)
    with pytest.raises(Forbidden):
        letters.resend(world.expert, draft)
    with pytest.raises(NotFound):
        letters.resend(world.other_registrar, draft)
    letters.resend(world.registrar, draft)
    with pytest.raises(Refused, match=r"letters\.not-refused"):
        letters.resend(world.registrar, draft)
    drain()
    with pytest.raises(Refused, match=r"letters\.not-refused"):
        letters.resend(world.registrar, draft)


def test_another_answer_takes_the_place_of_one_that_was_at_fault(world: World):
    accepted, arrival, draft = refused(world)
    second = world.answer_again(arrival)
    drain()
    states = {d.id: d.state for d in letters.arrival(world.registrar, arrival).drafts}
    assert states == {draft: DraftState.ABANDONED, second: DraftState.DISPATCHED}
    view = letters.submission(world.clerk, accepted.letter_id)
    assert [answer.id for answer in view.answers] == [second]
    assert view.row.state is SubmissionState.READY
    assert letters.to_dispatch(world.registrar).rows == ()
