"""What the agency tells of a letter: applied in its order of time, whatever comes first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, StepKind, SubmissionState, SubmissionView
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.told import PINNED, next_told
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import StepReport
from tests.letters.world import NOON, World, drain

S, K = SubmissionState, StepKind


def tell(
    world: World,
    letter: UUID,
    state: str,
    step: str,
    at: datetime,
    *,
    sender: UUID | None = None,
    **more: Any,
) -> StepReport:
    """Send one status as the agency's secretariat does, and carry it."""
    with journal.act() as act:
        relay.send(
            act,
            from_office=sender or world.secretariat,
            to_office=world.counter,
            kind=wire.STATUS,
            version=wire.VERSION,
            subject=letter,
            payload={
                "letter": str(letter),
                "state": state,
                "step": step,
                "at": wire.iso(at),
                **more,
            },
        )
        act.append("status.sent", subject=letter, actor="system")
    return relay.step()


def later(minutes: int) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


def view(world: World, accepted: Accepted) -> SubmissionView:
    return letters.submission(world.clerk, accepted.letter_id)


def test_an_older_status_adds_its_step_and_moves_nothing_back(world: World) -> None:
    accepted = world.accept()
    drain()
    tell(world, accepted.letter_id, S.RETURNED, K.RETURNED, later(20), missing="تصویر سند")
    tell(world, accepted.letter_id, S.REGISTERED, K.REGISTERED, later(10), number_text="1405/1")
    told = view(world, accepted)
    assert (told.row.state, told.missing) == (S.RETURNED, "تصویر سند")
    assert [step.kind for step in told.steps][-2:] == [K.REGISTERED, K.RETURNED]


def test_the_same_status_twice_is_one_step(world: World) -> None:
    accepted = world.accept()
    drain()
    at = later(1)
    for _ in range(2):
        tell(world, accepted.letter_id, S.REGISTERED, K.REGISTERED, at, number_text="1405/1")
    kinds = [step.kind for step in view(world, accepted).steps]
    assert kinds.count(K.REGISTERED) == 1


def test_a_return_is_told_by_sms_once(world: World) -> None:
    accepted = world.accept()
    drain()
    at = later(1)
    tell(
        world,
        accepted.letter_id,
        S.RETURNED,
        K.RETURNED,
        at,
        missing="تصویر سند",
        missing_until="2026-12-11",
    )
    patterns = [fate.pattern for fate in notices.fates(accepted.letter_id)]
    assert patterns.count(Pattern.RETURNED) == 1


def test_a_voided_number_goes_from_the_counters_row_too(world: World) -> None:
    accepted = world.accept()
    drain()
    tell(world, accepted.letter_id, S.REGISTERED, K.REGISTERED, later(1), number_text="1405/1")
    assert view(world, accepted).row.number_text == "1405/1"
    tell(world, accepted.letter_id, S.ARRIVED, K.NUMBER_VOIDED, later(2), number_text="")
    assert view(world, accepted).row.number_text == ""


def test_another_agency_may_not_speak_of_the_letter(world: World) -> None:
    accepted = world.accept()
    drain()
    report = tell(
        world,
        accepted.letter_id,
        S.CLOSED,
        K.CLOSED,
        later(1),
        sender=world.other_secretariat,
    )
    assert report.refused == 1
    assert view(world, accepted).row.state is S.ARRIVED


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "lost"},
        {"state": "ready"},
        {"state": "handed_over"},
        {"step": 7},
        {"at": "yesterday"},
        {"at": "2026-11-22T08:00:00+03:30"},
        {"at": "2026-11-22T08:00:00+03:30Z"},
        {"at": "9999-12-31T23:59:59.000000Z"},
        {"missing_until": "9999-12-31"},
        {"missing": "م" * 501},
        {"missing_until": "1405/09/01"},
        {"number_text": ["1"]},
        {"letter": "1"},
    ],
)
def test_a_malformed_status_is_refused_for_good_and_blocks_nothing(
    world: World, broken: dict[str, Any]
) -> None:
    accepted = world.accept()
    drain()
    with journal.act() as act:
        relay.send(
            act,
            from_office=world.secretariat,
            to_office=world.counter,
            kind=wire.STATUS,
            version=wire.VERSION,
            subject=accepted.letter_id,
            payload={
                "letter": str(accepted.letter_id),
                "state": S.CLOSED,
                "step": K.CLOSED,
                "at": wire.iso(NOON),
                **broken,
            },
        )
        act.append("status.sent", subject=accepted.letter_id, actor="system")
    report = relay.step()
    assert (report.refused, report.quarantined) == (1, 0)
    assert view(world, accepted).row.state is S.ARRIVED
    tell(world, accepted.letter_id, S.REGISTERED, K.REGISTERED, later(1))
    assert view(world, accepted).row.state is S.REGISTERED


def test_a_status_of_a_letter_that_is_not_here_is_refused(world: World) -> None:
    assert tell(world, new_id(), S.ARRIVED, K.ARRIVED, later(1)).refused == 1


def test_an_answer_that_lies_here_stays_ready_whatever_the_agency_does(world: World) -> None:
    accepted, _ = world.answered()
    tell(world, accepted.letter_id, S.CLOSED, K.CLOSED, later(9))
    assert view(world, accepted).row.state is S.READY


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("told", list(S))
def test_only_a_reopening_or_another_answer_opens_a_handed_over_letter(
    state: SubmissionState, told: SubmissionState
) -> None:
    for step in K:
        after = next_told(state, told, step)
        if state not in PINNED:
            assert after is told
        elif after is not state:
            assert state is S.HANDED_OVER
            assert step in {K.REOPENED, K.READY}
