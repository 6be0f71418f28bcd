"""A letter that the agency's side refuses: its counter is told, holds it, and sends it again."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, StepKind, SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, national_id, refusing


def undelivered(world: World) -> Accepted:
    """Return a letter that the agency's node refused."""
    accepted = world.accept()
    with refusing(wire.SUBMITTED, "letters.bad-message"):
        drain()
    return accepted


def state(world: World, accepted: Accepted) -> SubmissionState:
    return letters.submission(world.clerk, accepted.letter_id).row.state


def test_the_counter_sees_the_refusal_and_holds_the_letter(world: World) -> None:
    accepted = undelivered(world)
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.UNDELIVERED
    assert view.steps[-1].kind is StepKind.UNDELIVERED
    assert view.steps[-1].params == {"what": "letter", "why": "letters.bad-message"}
    assert relay.custodian_state(accepted.letter_id, world.counter) is CustodyState.HELD
    [row] = letters.submissions(world.clerk, state=SubmissionState.UNDELIVERED).rows
    assert row.id == accepted.letter_id
    assert letters.counter_today(world.clerk).undelivered == 1
    told = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.undelivered"]
    assert [e.fields["reason"] for e in told] == ["letters.bad-message"]
    tracked = letters.track(accepted.tracking_code, national_id(1))
    assert tracked.state is SubmissionState.UNDELIVERED
    assert "letters.bad-message" not in str(tracked)


def test_it_is_sent_again_under_its_code_with_all_its_pages(world: World) -> None:
    accepted = undelivered(world)
    letters.send_again(world.second_clerk, accepted.letter_id)
    assert state(world, accepted) is SubmissionState.QUEUED
    assert relay.custodian_state(accepted.letter_id, world.counter) is CustodyState.OFFERED
    drain()
    assert state(world, accepted) is SubmissionState.ARRIVED
    view = letters.arrival(world.registrar, world.arrival_of(accepted))
    assert view.row.tracking_code == accepted.tracking_code
    assert len(view.pages) == 2
    assert view.accepted_at == accepted.at
    assert relay.custodian_state(accepted.letter_id, world.counter) is CustodyState.RELEASED
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is CustodyState.HELD


def test_what_follows_a_letter_that_was_sent_again_arrives_too(world: World) -> None:
    accepted = undelivered(world)
    letters.send_again(world.clerk, accepted.letter_id)
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    drain()
    assert state(world, accepted) is SubmissionState.WITHDRAWN


def test_it_may_be_refused_and_sent_any_number_of_times(world: World) -> None:
    accepted = undelivered(world)
    for _ in range(2):
        letters.send_again(world.clerk, accepted.letter_id)
        with refusing(wire.SUBMITTED, "letters.bad-message"):
            drain()
        assert state(world, accepted) is SubmissionState.UNDELIVERED
        assert relay.custodian_state(accepted.letter_id, world.counter) is CustodyState.HELD
    letters.send_again(world.clerk, accepted.letter_id)
    drain()
    assert state(world, accepted) is SubmissionState.ARRIVED


def test_it_goes_where_the_agencys_letters_arrive_now(world: World) -> None:
    accepted = undelivered(world)
    new = directory.add_secretariat(
        SYSTEM, agency_id=world.agency, name="دبیرخانهٔ تازه", is_default=True
    )
    letters.send_again(world.clerk, accepted.letter_id)
    drain()
    assert relay.custodian_state(accepted.letter_id, new) is CustodyState.HELD
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is None
    assert state(world, accepted) is SubmissionState.ARRIVED


def test_a_closed_agency_takes_it_no_more_and_the_applicant_withdraws_it(world: World) -> None:
    accepted = undelivered(world)
    directory.close_agency(SYSTEM, agency_id=world.agency)
    with pytest.raises(Refused, match=r"letters\.agency-closed"):
        letters.send_again(world.clerk, accepted.letter_id)
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="دستگاه بسته شد")
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.WITHDRAWN
    assert view.steps[-1].kind is StepKind.WITHDRAWN
    assert relay.queue_depth(world.counter) == 0
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.send_again(world.clerk, accepted.letter_id)


def test_only_what_was_refused_is_sent_again_and_only_by_its_counter(world: World) -> None:
    fresh = world.accept()
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.send_again(world.clerk, fresh.letter_id)
    accepted = undelivered(world)
    with pytest.raises(NotFound):
        letters.send_again(world.other_clerk, accepted.letter_id)
    letters.send_again(world.clerk, accepted.letter_id)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.send_again(world.clerk, accepted.letter_id)
