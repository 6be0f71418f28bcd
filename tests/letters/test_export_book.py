"""Taking a book out: on record first, oldest number first, in pieces without a gap."""

from __future__ import annotations

from datetime import date

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Book
from pishkhan.letters.logic import export_book as logic
from tests.letters.world import NOON, World

SINCE, UNTIL = date(2026, 3, 21), date(2027, 3, 20)  # 1405


@pytest.fixture(autouse=True)
def _noon():
    with clock.use(FakeClock(NOON)):
        yield


def test_an_export_is_on_record_before_its_first_row(world: World):
    for _ in range(3):
        letters.register(world.registrar, world.arrive()[1])
    taken = letters.export_book(world.registrar, Book.REGISTER, since=SINCE, until=UNTIL)
    (entry,) = journal.entries_of(world.secretariat)[-1:]
    assert entry.kind == "book.exported"
    assert (entry.fields["book"], entry.fields["since"]) == ("register", "2026-03-21")
    assert [row.number for row in taken] == [1, 2, 3]


def test_pieces_follow_each_other_without_a_gap(world: World, monkeypatch):
    monkeypatch.setattr(logic, "_READ_AT_ONCE", 2)
    for _ in range(5):
        letters.register(world.registrar, world.arrive()[1])
    taken = letters.export_book(world.registrar, Book.REGISTER, since=SINCE, until=UNTIL)
    assert [row.number for row in taken] == [1, 2, 3, 4, 5]
