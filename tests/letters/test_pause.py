"""The clock stands still while a letter waits for the applicant."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Purpose, Receiver, StepKind
from tests.letters.world import NOON, World, drain, page

DUE = date(2026, 11, 25)  # Wednesday; NOON is the Saturday before


def lying(deadline: date | None) -> tuple[World, Accepted, UUID]:
    world = World.make()
    accepted, arrival = world.referred(world.deputy)
    assert world.expert.post_id is not None
    to = [Receiver(post_id=world.expert.post_id, purpose=Purpose.ACTION)]
    letters.refer(world.deputy, arrival, to=to, deadline=deadline)
    return world, accepted, arrival


def came_back(world: World, accepted: Accepted, arrival: UUID, now: FakeClock, days: int) -> None:
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    now.advance(timedelta(days=days))
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    drain()


def test_a_deadline_moves_on_by_the_working_days_that_the_applicant_took() -> None:
    now = FakeClock(NOON)
    with clock.use(now):
        world, accepted, arrival = lying(DUE)
        came_back(world, accepted, arrival, now, 9)  # to Monday week: seven working days
        view = letters.arrival(world.expert, arrival)
    [mine] = [each for each in view.referrals if each.mine]
    assert mine.deadline == date(2026, 12, 6)
    assert view.row.deadline == mine.deadline
    done = next(step for step in view.steps if step.kind is StepKind.COMPLETED)
    assert done.params["waited"] == "7"


def test_what_was_over_before_stays_over() -> None:
    now = FakeClock(NOON)
    with clock.use(now):
        world, accepted, arrival = lying(DUE)
        now.advance(timedelta(days=5))
        came_back(world, accepted, arrival, now, 4)
        view = letters.arrival(world.expert, arrival)
    [mine] = [each for each in view.referrals if each.mine]
    assert mine.deadline == DUE
    assert all("waited" not in step.params for step in view.steps)


@pytest.mark.parametrize(("due", "days"), [(None, 9), (DUE, 0)])
def test_without_a_deadline_or_within_a_day_nothing_moves(due: date | None, days: int) -> None:
    now = FakeClock(NOON)
    with clock.use(now):
        world, accepted, arrival = lying(due)
        came_back(world, accepted, arrival, now, days)
        [mine] = [e for e in letters.arrival(world.expert, arrival).referrals if e.mine]
    assert mine.deadline == due


def test_pages_that_come_later_unasked_move_nothing_again() -> None:
    now = FakeClock(NOON)
    with clock.use(now):
        world, accepted, arrival = lying(DUE)
        came_back(world, accepted, arrival, now, 3)
        moved = letters.arrival(world.expert, arrival).row.deadline
        letters.return_for_deficiency(world.expert, arrival, missing="امضا")
        drain()
        letters.complete(world.clerk, accepted.letter_id, pages=(page("b"),))
        drain()
        assert letters.arrival(world.expert, arrival).row.deadline == moved
