"""Entries of an act go to the table together: at its end, or when somebody asks for them."""

from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.journal.notebook import words, write

from pishkhan.journal import api
from pishkhan.journal.models import Entry
from pishkhan.kernel import ids, rows

pytestmark = pytest.mark.usefixtures("notebook")
SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")


def note(act: api.Act, number: int) -> UUID:
    return act.append("page.noted", subject=SUBJECT, actor="system", fields={"n": number})


def numbers() -> list[object]:
    return [view.fields["n"] for view in api.entries_of(SUBJECT)]


def test_entries_of_an_act_are_one_statement_in_their_order():
    with CaptureQueriesContext(connection) as asked, api.act() as outer:
        write()
        note(outer, 1)
        with api.act() as inner:
            write()
            note(inner, 2)
        note(outer, 3)
    inserts = [each for each in asked.captured_queries if "INSERT INTO" in each["sql"]]
    assert ["journal_entry" in each["sql"] for each in inserts] == [False, False, True]
    assert numbers() == [1, 2, 3]


def test_a_deed_may_let_its_entries_travel_with_its_other_writes():
    with CaptureQueriesContext(connection) as asked, api.act() as act:
        with rows.together():
            write()
            note(act, 1)
            act.settle()
            note(act, 2)
        write()
        words()
        note(act, 3)
    inserts = [each for each in asked.captured_queries if "INSERT INTO" in each["sql"]]
    told = ["journal_entry" in each["sql"] for each in inserts]
    assert told == [False, True, False, True]
    assert numbers() == [1, 2, 3]


def test_who_asks_within_the_act_finds_what_it_appended():
    with api.act() as act:
        first = note(act, 1)
        assert api.opening(first, ["n"]).shown[0].value == 1
        note(act, 2)
        assert numbers() == [1, 2]
        note(act, 3)
    assert numbers() == [1, 2, 3]


def test_a_savepoint_takes_back_what_waits_and_nothing_before_it():
    with api.act() as act:
        note(act, 1)
        with suppress(KeyError), transaction.atomic():
            note(act, 2)
            raise KeyError
        note(act, 3)
    assert numbers() == [1, 3]


def test_what_was_written_within_a_savepoint_that_is_taken_back_is_written_again():
    with api.act() as act:
        note(act, 1)
        with suppress(KeyError), transaction.atomic():
            note(act, 2)
            with transaction.atomic():
                note(act, 3)
                assert numbers() == [1, 2, 3]
            note(act, 4)
            raise KeyError
        assert numbers() == [1]
        note(act, 5)
    assert numbers() == [1, 5]


def test_a_savepoint_within_a_savepoint_takes_back_its_own_alone():
    with api.act() as act:
        note(act, 1)
        with transaction.atomic():
            note(act, 2)
            assert numbers() == [1, 2]
            with suppress(KeyError), transaction.atomic():
                note(act, 3)
                assert numbers() == [1, 2, 3]
                raise KeyError
            note(act, 4)
    assert numbers() == [1, 2, 4]


def test_more_than_a_statement_holds_are_written_in_order():
    with api.act() as act:
        for number in range(1201):
            note(act, number)
    assert numbers() == list(range(1201))


def test_entries_that_the_engine_refuses_at_the_end_take_all_back(monkeypatch):
    taken = uuid4()
    monkeypatch.setattr(ids, "new_id", lambda: taken)
    with api.act() as act:
        note(act, 1)
    for deed in (_note_alone, _note_and_write):
        with pytest.raises(IntegrityError):
            deed()
        assert api.current_act() is None
        assert numbers() == [1]
        assert words() == []
    monkeypatch.undo()
    with api.act() as act:
        note(act, 3)
    assert numbers() == [1, 3]


def _note_alone() -> None:
    with api.act() as act:
        note(act, 2)


def _note_and_write() -> None:
    with api.act() as act:
        write()
        note(act, 2)


def test_nothing_of_a_lone_entry_is_left_when_its_act_fails():
    with suppress(KeyError), api.act() as act:
        note(act, 1)
        raise KeyError
    assert not Entry.objects.exists()


def test_one_statement_alone_commits_itself_and_leaves_the_line_as_it_was():
    if connection.vendor != "postgresql":
        pytest.skip("by design: the transaction of SQLite begins before its first statement")
    line = connection.connection
    with transaction.atomic(durable=True):
        assert not line.autocommit
        with rows.alone():
            assert line.autocommit
    with transaction.atomic(durable=True):
        words()
        with rows.alone():  # no longer alone
            assert not line.autocommit
    with suppress(KeyError), transaction.atomic(durable=True), rows.alone():
        raise KeyError
    assert line.autocommit
    with transaction.atomic(durable=True):
        assert not line.autocommit
        words()
