"""Numbers under concurrency: sixteen clerks at once, none waits for the year's first row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from pishkhan.journal import api as journal
from pishkhan.journal.contracts import ActIsOver
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Way
from pishkhan.letters.logic.number import issue_number
from pishkhan.letters.models import Indicator, LetterNumber
from tests.letters.world import NOON, World, drain

CLERKS = 16


def arrivals(world: World, wanted: int) -> list[UUID]:
    for _ in range(wanted):
        world.accept(pages=(), body="متن")
    drain()
    page = letters.arrivals(world.registrar, state=ArrivalState.ARRIVED, limit=wanted)
    return [row.id for row in page.rows]


def test_sixteen_clerks_at_once_leave_no_gap_and_no_twin(world: World):
    waiting = arrivals(world, CLERKS * 4)
    start = Barrier(CLERKS)

    def clerk(n: int) -> list[int]:
        try:
            start.wait(30)
            return [letters.register(world.registrar, id_).number for id_ in waiting[n::CLERKS]]
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as clerks:
        given = [number for numbers in clerks.map(clerk, range(CLERKS)) for number in numbers]
    assert sorted(given) == list(range(1, CLERKS * 4 + 1))
    assert LetterNumber.objects.count() == CLERKS * 4
    shown = {row.number_text for row in letters.arrivals(world.registrar, limit=200).rows}
    assert {int(text.split("/")[1]) for text in shown} == set(given)


def test_sixteen_clerks_at_one_letter_give_it_one_number(world: World):
    (one,) = arrivals(world, 1)
    start = Barrier(CLERKS)

    def clerk(_n: int) -> int | None:
        try:
            start.wait(30)
            return letters.register(world.registrar, one).number
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as clerks:
        given = [number for number in clerks.map(clerk, range(CLERKS)) if number is not None]
    assert given == [1]
    assert LetterNumber.objects.count() == 1


def test_a_deed_that_fails_takes_no_number(world: World, monkeypatch):
    one, two = arrivals(world, 2)
    monkeypatch.setattr(journal.Act, "append", _breaks)
    with pytest.raises(OSError, match="disk"):
        letters.register(world.registrar, one)
    monkeypatch.undo()
    assert not LetterNumber.objects.exists()
    assert letters.arrival(world.registrar, one).row.state is ArrivalState.ARRIVED
    assert letters.register(world.registrar, two).number == 1


def _breaks(*_args, **_more):
    raise OSError("the disk is full")


def test_a_number_outside_an_act_is_impossible(world: World):
    with journal.act() as act:
        pass
    with pytest.raises(ActIsOver):
        issue_number(act, world.secretariat, act.at, new_id(), way=Way.INCOMING)
    assert not Indicator.objects.exists()


def test_each_year_has_its_own_row_and_goes_on_where_it_was(world: World):
    with clock.use(FakeClock(NOON)) as now:
        assert isinstance(now, FakeClock)
        waiting = arrivals(world, 3)
        letters.register(world.registrar, waiting[0])
        now.advance(timedelta(days=200))
        assert letters.register(world.registrar, waiting[1]).text == "1406/1"
        now.advance(timedelta(days=-200))
        assert letters.register(world.registrar, waiting[2]).text == "1405/2"
    assert list(Indicator.objects.order_by("year").values_list("year", "last")) == [
        (1405, 2),
        (1406, 1),
    ]
