"""Django's SQLite backend with a fair turn around BEGIN IMMEDIATE … COMMIT.

Everything else is Django's. A transaction that did not get its turn within the connection's
timeout raises OperationalError, as a busy SQLite does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from pishkhan.kernel.backends.sqlite3 import turn

WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|REPLACE)\b", re.IGNORECASE)
RETURNING = re.compile(r"\bRETURNING\b", re.IGNORECASE)


class TurnCursor(base.SQLiteCursorWrapper):
    """Takes a turn for a single write outside a transaction too.

    A write that returns rows ends only when its last row was read; it is left to SQLite's own
    waiting, for the turn could be held longer than anyone asked for.
    """

    wrapper: DatabaseWrapper

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper.needs_turn(query):
            with self.wrapper.single_turn():
                return super().execute(query, params)
        return super().execute(query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        if self.wrapper.needs_turn(query):
            with self.wrapper.single_turn():
                return super().executemany(query, param_list)
        return super().executemany(query, param_list)


class _SingleTurn:
    def __init__(self, wrapper: DatabaseWrapper) -> None:
        self.wrapper = wrapper

    def __enter__(self) -> None:
        self.wrapper.take_turn()

    def __exit__(self, *_: object) -> None:
        self.wrapper.give_turn()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that stands in line before it writes."""

    _turn: turn.Turn | None = None

    def take_turn(self) -> None:
        """Wait for this connection's turn; raise OperationalError when it does not come."""
        if self._turn is not None:
            return
        name = str(self.settings_dict["NAME"])
        mine = turn.of(name, in_memory=self.is_in_memory_db())
        if not mine.acquire(float(self.settings_dict["OPTIONS"].get("timeout", 5))):
            raise OperationalError("database is locked: the turn to write did not come in time")
        self._turn = mine

    def give_turn(self) -> None:
        """Let the next writer in, if this connection has the turn."""
        mine, self._turn = self._turn, None
        if mine is not None:
            mine.release()

    def single_turn(self) -> _SingleTurn:
        """Return a context that has the turn for one statement."""
        return _SingleTurn(self)

    def needs_turn(self, query: str) -> bool:
        """Return True for a write that is its own transaction."""
        return (
            not self.in_atomic_block
            and self._turn is None
            and WRITES.match(query) is not None
            and RETURNING.search(query) is None
        )

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ARG002 - Django's signature
        cursor = self.connection.cursor(factory=TurnCursor)
        cursor.wrapper = self
        return cursor

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc] # not in the stubs
        except BaseException:
            self.give_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc] # not in the stubs
        self.give_turn()  # a commit that failed is followed by a rollback, which gives it

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc] # not in the stubs
        finally:
            self.give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc] # not in the stubs
        finally:
            self.give_turn()
