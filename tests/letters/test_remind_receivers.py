"""Reminding all who have not taken note of a circular: one press, once a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, StepKind
from pishkhan.letters.contracts.circulars import CircularFolder
from tests.letters.circular import branches, came, sent
from tests.letters.world import NOON, World, drain, refer


def test_who_has_not_taken_note_is_reminded_and_who_has_is_left_alone(world: World):
    first, second, third = branches(world)
    made = sent(world)
    letters.acknowledge(first.clerk, came(first.clerk))
    arrived = came(second.clerk)
    letters.register(second.clerk, arrived)
    refer(second.clerk, arrived, second.head, Purpose.INFORMATION)
    letters.open_arrival(second.head, arrived)
    drain()
    assert letters.remind_receivers(world.expert, made) == 2
    drain()
    for branch in (second, third):
        (row,) = letters.circulars(branch.clerk, CircularFolder.WAITING).rows
        assert row.reminded_at is not None
    (noted,) = letters.circulars(first.clerk, CircularFolder.NOTED).rows
    assert noted.reminded_at is None
    (lying,) = letters.cartable(second.head, folder="open").rows
    assert lying.news is StepKind.CIRCULAR_REMINDED


def test_they_are_reminded_once_a_day_and_by_the_writer_alone(world: World):
    first, *_others = branches(world)
    now = FakeClock(NOON)
    with clock.use(now):
        made = sent(world)
        with pytest.raises(NotFound):
            letters.remind_receivers(first.clerk, made)
        letters.remind_receivers(world.registrar, made)
        with pytest.raises(Refused, match="reminded-today"):
            letters.remind_receivers(world.registrar, made)
        now.advance(timedelta(days=1))
        letters.remind_receivers(world.registrar, made)
        with pytest.raises(Refused, match="not-now"):
            letters.remind_receivers(first.clerk, came(first.clerk))


def test_nobody_is_reminded_before_it_has_gone_out_or_when_all_have_taken_note(world: World):
    found = branches(world)
    made = sent(world)
    for branch in found:
        letters.acknowledge(branch.clerk, came(branch.clerk))
    drain()
    with pytest.raises(Refused, match="not-now"):
        letters.remind_receivers(world.registrar, made)
