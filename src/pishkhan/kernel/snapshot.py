"""A reading of the database at one moment, by which nothing can be written.

PostgreSQL: one transaction, REPEATABLE READ, READ ONLY. SQLite: the file opened read-only, with
`query_only`, in one deferred transaction: in WAL it sees what was committed before its first read,
stands in nobody's turn, and does not fold the WAL into the file when it ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

_POSTGRESQL = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
_SQLITE = "PRAGMA query_only=ON;PRAGMA cache_size=-16384"


@contextmanager
def reading() -> Iterator[None]:
    """Let this thread's connection read the database as it is now, and write nothing.

    Not inside a transaction (RuntimeError). A write inside raises the engine's own error.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    if connection.in_atomic_block:
        raise RuntimeError("a snapshot begins outside any transaction")
    if connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute(_POSTGRESQL)
            yield
        return
    with _read_only(connection):
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")  # not Django's own: that one takes the turn to write
            cursor.execute("SELECT COUNT(*) FROM sqlite_master")
            cursor.fetchone()
        yield


@contextmanager
def _read_only(connection: BaseDatabaseWrapper) -> Iterator[None]:
    kept = connection.settings_dict
    path = Path(str(kept["NAME"])).absolute()
    connection.close()
    # A dictionary of its own: the other threads' connections are opened by the shared one.
    connection.settings_dict = {
        **kept,
        "OPTIONS": {
            **kept["OPTIONS"],
            "database": f"{path.as_uri()}?mode=ro",
            "init_command": _SQLITE,
        },
    }
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = kept
