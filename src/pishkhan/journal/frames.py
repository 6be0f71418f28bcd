"""What an open act has written and appended, in memory: the ledger and its frames.

Pure of SQL. One ledger belongs to one outermost act and one connection; every act, outer or
joined, has a frame in it. Kept apart from `logic/act.py` so that the guard can ask without
importing the models.

Appended entries wait in the ledger and go to the table together: at the act's end, or before a
statement that names the table of entries, so that who reads it sees them (`settle`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from pishkhan.journal.statements import Verb

Row = Mapping[str, Any]
"""The columns of an entry."""


@dataclass(slots=True, eq=False)
class Frame:
    """Counts of one act: statements on guarded tables, and entries."""

    writes: int = 0
    entries: int = 0
    open: bool = True


@dataclass(frozen=True, slots=True)
class _Mark:
    """What a savepoint remembers: writes and entries of each frame, and how far the rows were."""

    counts: tuple[tuple[Frame, int, int], ...] = ()
    rows: int = 0
    settled: int = 0


_NOTHING = _Mark()


@dataclass(slots=True, eq=False)
class Ledger:
    """The state that an outermost act and those that joined it share."""

    connection: BaseDatabaseWrapper
    at: datetime
    at_text: str
    insert: Callable[[list[Row], bool], object]
    """Writes rows to the table of entries, as the act's last statement or not."""
    frames: list[Frame] = field(default_factory=list)
    entry_verb: Verb | None = None
    """What may be done to the table of entries right now; set around our own statement."""
    rows: list[Row] = field(default_factory=list)
    """Entries in order; the first `settled` of them are in the table, the others wait."""
    settled: int = 0
    _marks: dict[str, _Mark] = field(default_factory=dict)

    def here(self) -> bool:
        """Return whether this thread's own connection is the act's; contexts can be copied."""
        return self.connection is connections[DEFAULT_DB_ALIAS]

    def wrote(self) -> None:
        """Count a write for the innermost act."""
        self.frames[-1].writes += 1

    def settle(self, *, last: bool = False) -> None:
        """Write the entries that wait to the table, in one statement where it can be one.

        `last` says that nothing follows but the commit.
        """
        waiting = self.rows[self.settled :]
        if not waiting or self.entry_verb is not None:
            return
        self.entry_verb = Verb.INSERT
        try:
            self.insert(waiting, last)
        finally:
            self.entry_verb = None
        if self._marks:
            self.settled = len(self.rows)
        else:  # no savepoint can bring them back to waiting
            self.rows.clear()

    def savepoint(self, name: str, *, back: bool) -> None:
        """Remember counts and entries at a savepoint, or go back to them.

        Without this an act could append, roll that back, and commit writes with no entry. What
        waited then and was settled since is gone from the table with the rest: it waits again.
        """
        if not back:
            counts = tuple([(frame, frame.writes, frame.entries) for frame in self.frames])
            self._marks[name] = _Mark(counts, len(self.rows), self.settled)
            return
        mark = self._marks.get(name, _NOTHING)
        known = {id(frame): (writes, entries) for frame, writes, entries in mark.counts}
        for frame in self.frames:
            frame.writes, frame.entries = known.get(id(frame), (0, 0))
        del self.rows[mark.rows :]
        self.settled = mark.settled


_ledger: ContextVar[Ledger | None] = ContextVar("pishkhan_act", default=None)


def ledger_in_use() -> Ledger | None:
    """Return the ledger of the act open in this thread or task."""
    return _ledger.get()


def enter(ledger: Ledger) -> None:
    """Make `ledger` the one in use; only for an outermost act."""
    _ledger.set(ledger)


def leave() -> None:
    """End the use of a ledger."""
    _ledger.set(None)
