import io
import threading
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, connections, transaction
from psycopg import sql as psycopg_sql
from tests.journal.notebook import words, write

from pishkhan.journal import api, guard
from pishkhan.journal.models import Entry

pytestmark = pytest.mark.usefixtures("notebook")


def run(sql: str, params: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)


def note(act: api.Act, **fields: api.JSON) -> UUID:
    return act.append("page.noted", subject=uuid4(), actor="system", fields=fields)


def tries() -> list[str]:
    """Return ways round the guard that run on this engine, each of which would change a page."""
    both = [
        "INSERT INTO notebook_page SELECT 'x'",
        'insert into "NOTEBOOK_PAGE" (word) values (1)',
        "WITH x AS (SELECT 'x' AS w) INSERT INTO notebook_page SELECT w FROM x",
        "WITH x AS (SELECT 'x' AS w) UPDATE notebook_page SET word = (SELECT w FROM x)",
        "UPDATE/**/notebook_page/**/SET word = 'x'",
        "DELETE FROM notebook_page",
        "DROP TABLE notebook_page",
        "ALTER TABLE notebook_page RENAME TO notebook_queue2",
    ]
    sqlite = [
        "REPLACE INTO [notebook_page] VALUES ('x')",
        "INSERT OR REPLACE INTO main.notebook_page VALUES ('x')",
        "INSERT INTO 'notebook_page' VALUES ('x')",
        "UPDATE OR IGNORE `notebook_page` SET word = 'x'",
    ]
    postgresql = [
        "SELECT 1; INSERT INTO notebook_page VALUES ('x')",
        "WITH x AS (DELETE FROM ONLY public.notebook_page RETURNING 1) SELECT * FROM x",
        "TRUNCATE notebook_queue, notebook_page",
        "COPY notebook_page FROM '/etc/hostname'",
        "DO $$ BEGIN DELETE FROM notebook_page; END $$",
        "EXPLAIN ANALYZE DELETE FROM notebook_page",
        "PREPARE evasion AS DELETE FROM notebook_page",
        "MERGE INTO notebook_page USING notebook_queue ON true WHEN MATCHED THEN DELETE",
    ]
    return both + (postgresql if connection.vendor == "postgresql" else sqlite)


def test_no_way_round_changes_a_guarded_table():
    with api.act() as act:
        write("kept")
        note(act)
    for sql in tries():
        with pytest.raises(api.WriteOutsideAct):
            run(sql)
    assert words() == ["kept"]


def test_many_parameters_and_composed_statements_are_read_too():
    with connection.cursor() as cursor, pytest.raises(api.WriteOutsideAct):
        cursor.executemany("INSERT INTO notebook_page VALUES (%s)", [["a"], ["b"]])
    if connection.vendor == "postgresql":
        composed = psycopg_sql.SQL("DELETE FROM {}").format(psycopg_sql.Identifier("notebook_page"))
        with connection.cursor() as cursor, pytest.raises(api.WriteOutsideAct):
            cursor.execute(composed)
    assert words() == []


def test_a_statement_refused_once_is_refused_again_from_the_cache():
    for _ in range(2):
        with pytest.raises(api.WriteOutsideAct):
            write()
    with api.act() as act:
        write()
        note(act)
    with pytest.raises(api.WriteOutsideAct):
        write()
    assert words() == ["x"]


def test_a_new_connection_in_a_thread_is_guarded():
    caught = []

    def elsewhere() -> None:
        try:
            write()
        except api.WriteOutsideAct as error:
            caught.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert len(caught) == 1


def test_a_connection_made_by_hand_or_opened_again_is_guarded():
    by_hand = connections.create_connection("default")
    try:
        with by_hand.cursor() as cursor, pytest.raises(api.WriteOutsideAct):
            cursor.execute("DELETE FROM notebook_page")
        with api.act() as act:
            note(act)
            # The act covers its own connection, not every one.
            with by_hand.cursor() as cursor, pytest.raises(api.WriteOutsideAct):
                cursor.execute("DELETE FROM notebook_page")
    finally:
        by_hand.close()
    connection.close()
    with pytest.raises(api.WriteOutsideAct):
        write()
    assert connection.execute_wrappers.count(guard._watch) == 1


def test_an_act_cannot_be_ended_from_inside():
    def deed() -> None:
        with api.act():
            write()
            run("COMMIT")

    with pytest.raises(api.WriteOutsideAct):
        deed()
    assert words() == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET actor = 'system'",
        "DELETE FROM journal_entry",
        "INSERT INTO journal_entry SELECT * FROM journal_entry",
        "ALTER TABLE journal_entry RENAME TO journal_other",
        "DROP TABLE journal_entry",
    ],
)
def test_an_act_gives_no_right_to_change_or_forge_entries(sql):
    def deed() -> None:
        with api.act() as act:
            note(act)
            run(sql)

    with pytest.raises(api.WriteOutsideAct):
        deed()
    assert not Entry.objects.exists()


def test_the_orm_cannot_change_or_forge_entries():
    with api.act() as act:
        note(act)
    entry = Entry.objects.get()
    for attempt in (
        entry.save,
        entry.delete,
        Entry.objects.all().delete,
        lambda: Entry.objects.update(actor="system"),
        lambda: Entry.objects.bulk_create([entry]),
    ):
        for inside in (True, False):

            def deed(attempt: Any = attempt, inside: bool = inside) -> Any:
                if not inside:
                    return attempt()
                with api.act():
                    return attempt()

            with pytest.raises(api.WriteOutsideAct):
                deed()
    assert Entry.objects.count() == 1


def test_every_table_of_a_guarded_app_is_guarded_by_name_or_prefix():
    for model in apps.get_app_config("journal").get_models():
        assert guard.is_guarded(model._meta.db_table)
    assert guard.is_guarded("journal_made_later")
    assert not guard.is_guarded("journalistic_table")
    assert not guard.is_guarded("django_session")


def test_migrating_is_let_through_and_the_guard_stands_afterwards():
    call_command("migrate", verbosity=0, stdout=io.StringIO())
    with pytest.raises(api.WriteOutsideAct):
        write()


def test_flush_is_refused_on_any_but_a_test_database(monkeypatch):
    with api.act() as act:
        note(act)
    monkeypatch.setitem(connection.settings_dict, "NAME", "/srv/pishkhan/pishkhan.sqlite3")
    with pytest.raises(CommandError, match="test databases only"):
        call_command("flush", interactive=False, verbosity=0)
    monkeypatch.undo()
    assert Entry.objects.count() == 1


def test_flush_empties_a_test_database_and_leaves_the_triggers():
    with api.act() as act:
        note(act)
    call_command("flush", interactive=False, verbosity=0)
    assert not Entry.objects.exists()
    with api.act() as act:
        note(act)
    with pytest.raises(Exception, match="never changed or removed"), guard.suspended("test"):
        run("DELETE FROM journal_entry")


def test_a_failing_statement_in_an_act_rolls_all_back():
    def deed() -> None:
        with api.act() as act:
            write()
            note(act)
            run("INSERT INTO notebook_page (no_such_column) VALUES (1)")

    with pytest.raises(Exception, match="no_such_column"):
        deed()
    assert words() == []
    with transaction.atomic():
        assert not Entry.objects.exists()
