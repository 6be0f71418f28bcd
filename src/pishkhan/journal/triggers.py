"""The engines' own refusal to change or remove entries: a second line behind the guard.

One of the few places with SQL of an engine's own. Allowed are exactly: giving an entry its place
in the log once, and erasing fields (which must then be named). The rest raises in the engine,
whatever program asks.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_FIXED = ("number", "id", "version", "node", "kind", "subject", "at", "actor", "commit")

_SAME_POSTGRESQL = " AND ".join(f'NEW."{c}" = OLD."{c}"' for c in _FIXED)
_SAME_SQLITE = " AND ".join(f'NEW."{c}" IS OLD."{c}"' for c in _FIXED)

_POSTGRESQL = (
    f"""
    CREATE OR REPLACE FUNCTION journal_entry_keep() RETURNS trigger LANGUAGE plpgsql AS $keep$
    BEGIN
      IF TG_OP = 'UPDATE' THEN
        IF {_SAME_POSTGRESQL}
          AND (NEW."index" IS NOT DISTINCT FROM OLD."index" OR OLD."index" IS NULL)
          AND (
            (NEW.fields = OLD.fields AND NEW.salts = OLD.salts AND NEW.erased = OLD.erased)
            OR (length(NEW.erased) > length(OLD.erased)
                AND length(NEW.salts) = length(OLD.salts))
          )
        THEN RETURN NEW; END IF;
      END IF;
      RAISE EXCEPTION 'journal entries are never changed or removed'
        USING ERRCODE = 'integrity_constraint_violation';
    END $keep$
    """,
    """
    CREATE TRIGGER journal_entry_keep_row BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_entry_keep()
    """,
    """
    CREATE TRIGGER journal_entry_keep_all BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_keep()
    """,
)
_POSTGRESQL_DROP = (
    "DROP TRIGGER IF EXISTS journal_entry_keep_row ON journal_entry",
    "DROP TRIGGER IF EXISTS journal_entry_keep_all ON journal_entry",
)

_CLASH = '"id" = NEW."id" OR "number" = NEW."number"'
_RAISE = "SELECT RAISE(ABORT, 'journal entries are never changed or removed')"
_SQLITE = (
    f"CREATE TRIGGER journal_entry_keep_delete BEFORE DELETE ON journal_entry BEGIN {_RAISE}; END",
    # REPLACE removes the row in its way without asking the trigger above.
    f"""
    CREATE TRIGGER journal_entry_keep_replace BEFORE INSERT ON journal_entry
    WHEN EXISTS (SELECT 1 FROM journal_entry WHERE {_CLASH}) BEGIN {_RAISE}; END
    """,  # noqa: S608 - all of it is constant text of this file
    f"""
    CREATE TRIGGER journal_entry_keep_update BEFORE UPDATE ON journal_entry
    WHEN NOT ({_SAME_SQLITE}
      AND (NEW."index" IS OLD."index" OR OLD."index" IS NULL)
      AND (
        (NEW."fields" IS OLD."fields" AND NEW."salts" IS OLD."salts"
         AND NEW."erased" IS OLD."erased")
        OR (length(NEW."erased") > length(OLD."erased")
            AND length(NEW."salts") = length(OLD."salts"))
      ))
    BEGIN {_RAISE}; END
    """,
)
_SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS journal_entry_keep_delete",
    "DROP TRIGGER IF EXISTS journal_entry_keep_replace",
    "DROP TRIGGER IF EXISTS journal_entry_keep_update",
)


def create(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers on this engine; they must not be there."""
    _run(connection, _POSTGRESQL if connection.vendor == "postgresql" else _SQLITE)


def drop(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers; for the test runner's flush and a migration backwards."""
    _run(connection, _POSTGRESQL_DROP if connection.vendor == "postgresql" else _SQLITE_DROP)


def _run(connection: BaseDatabaseWrapper, statements: tuple[str, ...]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
