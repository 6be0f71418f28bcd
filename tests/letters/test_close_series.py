"""An indicator that is closed gives no numbers, keeps its book, and may be opened again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from tests.letters.test_add_series import added, book
from tests.letters.test_number import arrivals
from tests.letters.world import NOON, World


def test_each_year_begins_with_one_and_a_closed_indicator_keeps_its_book(world: World):
    unit = added(world, "فروش", "{unit}/{year}/{number}", unit="فر")
    now = FakeClock(NOON)
    with clock.use(now):
        first, second, third = arrivals(world, 3)
        assert letters.register(world.registrar, first, series=unit).text == "فر/1405/1"
        now.advance(timedelta(days=200))
        assert letters.register(world.registrar, second, series=unit).text == "فر/1406/1"
        letters.close_series(world.admin, unit)
        with pytest.raises(Invalid):
            letters.register(world.registrar, third, series=unit)
        assert book(world, unit) == ["فر/1406/1", "فر/1405/1"]
        letters.close_series(world.admin, unit, back=True)
        assert letters.register(world.registrar, third, series=unit).text == "فر/1406/2"
    shown = letters.series_of_office(world.admin, world.secretariat)
    assert [(each.used, each.last) for each in shown] == [(False, ""), (True, "فر/1406/2")]


def test_there_is_no_closing_of_the_first_one(world: World):
    for series in (world.secretariat, new_id()):
        with pytest.raises(NotFound):
            letters.close_series(world.admin, series)
