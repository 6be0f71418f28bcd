"""A second answer that comes before the first is handed over: both lie at the counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, ArrivalState, SubmissionState
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.test_receive_answer import send_answer
from tests.letters.world import World, drain, national_id


def pair(accepted: Accepted) -> dict[str, Any]:
    return {"national_id": national_id(1), "tracking_code": accepted.tracking_code}


def lying(world: World, accepted: Accepted) -> list[UUID]:
    view = letters.submission(world.clerk, accepted.letter_id)
    return [answer.id for answer in view.answers if answer.handed_over_at is None]


def custody(world: World, answers: list[UUID]) -> list[CustodyState | None]:
    return [relay.custodian_state(answer, world.counter) for answer in answers]


def two(world: World) -> tuple[Accepted, UUID, list[UUID]]:
    """Return a letter with two answers at the counter, oldest first."""
    accepted, arrival = world.answered()
    world.answer_again(arrival)
    drain()
    return accepted, arrival, lying(world, accepted)


def test_both_are_read_and_handed_over_at_once(world: World) -> None:
    accepted, arrival, answers = two(world)
    assert len(answers) == 2
    assert custody(world, answers) == [CustodyState.HELD] * 2
    first, second = (letters.open_answer(world.clerk, accepted.letter_id, a) for a in answers)
    assert second.body == "متن دوم" != first.body
    assert letters.open_answer(world.clerk, accepted.letter_id).id == second.id
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))
    assert custody(world, answers) == [CustodyState.HANDED_OVER] * 2
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.HANDED_OVER
    assert lying(world, accepted) == []
    entries = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.handed_over"]
    assert [e.fields["answer"] for e in entries] == [str(a) for a in answers]
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.CLOSED


def test_one_that_the_clerk_did_not_see_stays_ready(world: World) -> None:
    accepted, arrival, (first, second) = two(world)
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), answers=[first])
    assert custody(world, [first, second]) == [CustodyState.HANDED_OVER, CustodyState.HELD]
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.READY
    drain()
    # The newest answer is still to be handed over, so the agency's file stays as it is.
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ANSWERED
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), answers=[first])
    letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), answers=[second])
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.CLOSED
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted))


def test_nothing_is_handed_over_when_one_of_the_named_does_not_lie_here(world: World) -> None:
    accepted, _, answers = two(world)
    other, _, theirs = two(world)
    for named in ([*answers, theirs[0]], theirs, []):
        with pytest.raises(Refused, match=r"letters\.not-now"):
            letters.hand_over(world.clerk, accepted.letter_id, **pair(accepted), answers=named)
    assert custody(world, answers + theirs) == [CustodyState.HELD] * 4
    with pytest.raises(NotFound, match=r"letters\.no-answer"):
        letters.open_answer(world.clerk, other.letter_id, answers[0])


def test_an_answer_overtaken_on_the_way_is_not_the_newest(world: World) -> None:
    accepted, arrival = world.referred()
    del arrival
    late = send_answer(world, accepted.letter_id)
    early = send_answer(world, accepted.letter_id, dispatched_at="2020-01-01T00:00:00.000000Z")
    view = letters.submission(world.clerk, accepted.letter_id)
    assert [answer.id for answer in view.answers] == [early, late]
    assert view.answer is not None
    assert view.answer.id == late
