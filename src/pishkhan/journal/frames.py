"""What an open act has written and appended, in memory: the ledger and its frames.

Pure of SQL. One ledger belongs to one outermost act and one connection; every act, outer or
joined, has a frame in it. Kept apart from `logic/act.py` so that the guard can ask without
importing the models.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from pishkhan.journal.statements import Verb


@dataclass(slots=True, eq=False)
class Frame:
    """Counts of one act: statements on guarded tables, and entries."""

    writes: int = 0
    entries: int = 0
    open: bool = True


@dataclass(slots=True, eq=False)
class Ledger:
    """The state that an outermost act and those that joined it share."""

    connection: BaseDatabaseWrapper
    at: datetime
    at_text: str
    frames: list[Frame] = field(default_factory=list)
    entry_verb: Verb | None = None
    """What may be done to the table of entries right now; set around our own statement."""
    _marks: dict[str, list[tuple[Frame, int, int]]] = field(default_factory=dict)

    def here(self) -> bool:
        """Return whether this thread's own connection is the act's; contexts can be copied."""
        return self.connection is connections[DEFAULT_DB_ALIAS]

    def wrote(self) -> None:
        """Count a write for the innermost act."""
        self.frames[-1].writes += 1

    def savepoint(self, name: str, *, back: bool) -> None:
        """Remember the counts at a savepoint, or go back to them.

        Without this an act could append, roll that back, and commit writes with no entry.
        """
        if not back:
            self._marks[name] = [(frame, frame.writes, frame.entries) for frame in self.frames]
            return
        marks = {id(frame): (w, e) for frame, w, e in self._marks.get(name, ())}
        for frame in self.frames:
            frame.writes, frame.entries = marks.get(id(frame), (0, 0))


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
