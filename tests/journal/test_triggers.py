"""What the engine itself refuses, with the guard out of the way."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection

from pishkhan.journal import api, guard
from pishkhan.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def entry():
    with api.act() as act:
        act.append("letter.noted", subject=uuid4(), actor="system", fields={"code": "7"})
        act.append("letter.noted", subject=uuid4(), actor="system", fields={"code": "8"})
    return Entry.objects.order_by("number")[0]


def run(sql: str, params: list[Any] | None = None) -> None:
    with guard.suspended("test"), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM journal_entry",
        "UPDATE journal_entry SET kind = 'letter.other'",
        "UPDATE journal_entry SET actor = 'post:y'",
        "UPDATE journal_entry SET fields = '{}'",
        'UPDATE journal_entry SET "commit" = salts',
        "UPDATE journal_entry SET number = number + 100",
        "UPDATE journal_entry SET version = 2",
        "UPDATE journal_entry SET erased = 'code', salts = \"commit\"",
        "INSERT INTO journal_entry SELECT * FROM journal_entry",
    ],
)
def test_the_engine_refuses_to_change_or_remove_an_entry(entry, sql):
    before = list(Entry.objects.order_by("number").values_list())
    with pytest.raises((IntegrityError, DatabaseError)):
        run(sql)
    assert list(Entry.objects.order_by("number").values_list()) == before


def test_the_engine_refuses_this_engines_own_ways_of_removal(entry):
    sql = "INSERT OR REPLACE INTO journal_entry SELECT * FROM journal_entry"
    if connection.vendor == "postgresql":
        sql = "TRUNCATE journal_entry"
    with pytest.raises(DatabaseError, match="never changed or removed"):
        run(sql)
    assert Entry.objects.count() == 2


def test_a_place_in_the_log_is_given_once(entry):
    run('UPDATE journal_entry SET "index" = 0 WHERE number = %s', [entry.number])
    for other in ('"index" = 1', '"index" = NULL'):
        with pytest.raises(DatabaseError, match="never changed or removed"):
            run(f"UPDATE journal_entry SET {other} WHERE number = %s", [entry.number])
    with pytest.raises(IntegrityError):
        run('UPDATE journal_entry SET "index" = 0 WHERE number > %s', [entry.number])


def test_erasing_a_field_by_name_is_the_one_change_that_is_allowed(entry):
    run(
        "UPDATE journal_entry SET fields = '{}', erased = 'code' WHERE number = %s",
        [entry.number],
    )
    assert api.entries()[0].erased == ("code",)
    with pytest.raises(DatabaseError, match="never changed or removed"):
        run("UPDATE journal_entry SET erased = '' WHERE number = %s", [entry.number])
