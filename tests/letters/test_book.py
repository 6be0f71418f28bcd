"""The books: every number in its order with its fate, for the secretariat alone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Book, BookRow
from tests.letters.world import NOON, World, refusing

DAY = date(2026, 11, 21)
SPAN: dict[str, Any] = {"since": date(2026, 3, 21), "until": date(2027, 3, 20)}  # 1405


def rows(actor: Actor, which: Book = Book.REGISTER, **days: date) -> list[BookRow]:
    return list(letters.book(actor, which, **(SPAN | days)).rows)


@pytest.fixture(autouse=True)
def noon():
    with clock.use(FakeClock(NOON)) as now:
        yield now


def test_the_register_book_holds_what_came_and_what_went(world: World):
    letters_ = world.answered()
    newest, oldest = rows(world.registrar)
    assert (oldest.text, oldest.outgoing, oldest.person) == ("1405/1", False, "فرد نمونه")
    assert (newest.text, newest.outgoing, newest.answers) == ("1405/2", True, "1405/1")
    assert newest.subject == "پاسخ: قطعی آب"
    assert newest.signer == "مدیرعامل"
    assert oldest.arrival_id == newest.arrival_id == letters_[1]


def test_the_dispatch_book_holds_what_went_out(world: World):
    with refusing():
        world.answered()
    (only,) = rows(world.registrar, Book.DISPATCH)
    assert (only.text, only.refused) == ("1405/2", True)


def test_a_voided_number_stays_in_the_book_with_its_reason(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    letters.void_number(world.registrar, year=1405, number=1, reason="دو بار ثبت شد")
    letters.register(world.registrar, arrival)
    again, voided = rows(world.registrar)
    assert (voided.number, voided.voided, voided.void_reason) == (1, True, "دو بار ثبت شد")
    assert (again.number, again.voided) == (2, False)
    assert voided.arrival_id == again.arrival_id == arrival


def test_days_bound_the_book_by_tehrans_clock(world: World, noon: FakeClock):
    letters.register(world.registrar, world.arrive()[1])
    noon.advance(timedelta(hours=12))  # the next day in Tehran
    letters.register(world.registrar, world.arrive()[1])
    numbers = [row.number for row in rows(world.registrar, since=DAY, until=DAY)]
    assert numbers == [1]
    following = DAY + timedelta(days=1)
    assert [r.number for r in rows(world.registrar, since=following, until=following)] == [2]
    assert [r.number for r in rows(world.registrar, since=DAY, until=following)] == [2, 1]
    wrongs: list[dict[str, Any]] = [
        {"since": following, "until": DAY},
        {"until": date.max},
        {"since": date.min},
    ]
    for wrong in wrongs:
        with pytest.raises(Invalid) as caught:
            rows(world.registrar, **wrong)
        assert set(caught.value.fields) <= {"since", "until"}
        assert caught.value.fields


def test_pages_follow_each_other_by_number(world: World):
    for _ in range(5):
        letters.register(world.registrar, world.arrive()[1])
    seen, after = [], None
    for _ in range(3):
        page = letters.book(world.registrar, Book.REGISTER, **SPAN, after=after, limit=2)
        seen += [row.number for row in page.rows]
        after = page.next
    assert seen == [5, 4, 3, 2, 1]
    assert after is None
    with pytest.raises(Invalid):
        letters.book(world.registrar, Book.REGISTER, **SPAN, after="nonsense")


def test_a_book_is_read_by_its_own_secretariat_only(world: World):
    letters.register(world.registrar, world.arrive()[1])
    assert rows(world.other_registrar) == []
    assert list(letters.export_book(world.other_registrar, Book.REGISTER, **SPAN)) == []
    for stranger in (world.head, world.expert, world.clerk, world.admin):
        with pytest.raises(Forbidden):
            rows(stranger)
        with pytest.raises(Forbidden):
            letters.export_book(stranger, Book.REGISTER, **SPAN)
