"""A referral is put first in its cartable."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ReferralState
from tests.letters.test_stand_ins import chief_of
from tests.letters.world import NOON, World


@pytest.fixture
def world() -> Iterator[World]:
    with clock.use(clock.FakeClock(NOON)):
        yield World.make()


def test_a_lifted_letter_stands_first_and_is_not_seen_by_that(world: World):
    arrivals = [world.referred(to=world.head)[1] for _ in range(3)]
    rows = letters.cartable(world.head, folder="open").rows
    assert [row.arrival_id for row in rows] == arrivals[::-1]
    chief = chief_of(world, world.head, world.colleague)
    letters.lift(chief, rows[-1].referral_id)
    rows = letters.cartable(world.head, folder="open").rows
    assert [row.arrival_id for row in rows] == [arrivals[0], arrivals[2], arrivals[1]]
    assert not any(row.seen for row in rows)


def test_what_ended_is_not_lifted_and_nobody_lifts_anothers(world: World):
    _, arrival = world.referred(to=world.head)
    [given] = letters.arrival(world.head, arrival).referrals
    with pytest.raises(Forbidden):
        letters.lift(world.registrar, given.id)
    with pytest.raises(NotFound):
        letters.lift(world.colleague, given.id)
    letters.finish(world.head, given.id, outcome="شد")
    assert letters.arrival(world.head, arrival).referrals[0].state is ReferralState.DONE
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.lift(world.head, given.id)
