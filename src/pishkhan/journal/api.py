"""The door of the journal: acts, entries, openings, and the guard's registration."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from pishkhan.journal import guard as _guard
from pishkhan.journal.commitment import check_opening
from pishkhan.journal.contracts import (
    JSON,
    ActIsOver,
    ActWithoutEntry,
    EntryView,
    NewEntry,
    Opening,
    ShownField,
    WriteOutsideAct,
)
from pishkhan.journal.logic import append as _append
from pishkhan.journal.logic import read as _read
from pishkhan.journal.logic.act import Act, ActScope, current_act
from pishkhan.journal.node_id import node_id

__all__ = [
    "JSON",
    "Act",
    "ActIsOver",
    "ActWithoutEntry",
    "EntryView",
    "NewEntry",
    "Opening",
    "ShownField",
    "WriteOutsideAct",
    "act",
    "append_many",
    "check_opening",
    "current_act",
    "entries",
    "entries_of",
    "guard",
    "kinds_by",
    "node_id",
    "opening",
]


def act() -> ActScope:
    """Return a context manager that opens the act of a deed, or joins the one open here.

    `with act() as a:` opens one transaction (`BEGIN IMMEDIATE` on SQLite by the settings) and
    takes the time once, as `a.at`. When the block of the outermost act has ended, all of it is
    committed; when it raises, nothing is. It refuses to open inside another transaction
    (RuntimeError). An act that wrote to a guarded table and appended no entry of its own raises
    ActWithoutEntry and is rolled back. Acts belong to one thread.
    """
    return ActScope()


def append_many(act: Act, entries: Sequence[NewEntry]) -> None:
    """Write many entries in an act, some hundreds a statement; for bulk loading.

    An entry's own `at` may lie before the act's, never after (ValueError). Raises what
    `Act.append` raises.
    """
    ledger, frame = act.open_frame()
    _append.append_many(ledger, entries)
    frame.entries += len(entries)


def guard(app_label: str, *, free: Iterable[str] = ()) -> None:
    """Make every table of an app writable only inside an act; call it in `AppConfig.ready`.

    Covers the app's models and every table whose name begins with `<app_label>_`. `free` names
    database tables of operational state (queues, throttles) that anyone may write.
    """
    _guard.protect(app_label, free=free)


def entries(*, after: int | None = None, limit: int = 500) -> list[EntryView]:
    """Return up to `limit` entries in the order of `number`, from the one after `after`.

    On PostgreSQL a lower number may be committed after a higher one was read: a follower that
    must miss nothing follows `index`, which is given in the order of the log.
    """
    return _read.entries(after=after, limit=limit)


def entries_of(subject: UUID) -> list[EntryView]:
    """Return every entry about a subject, oldest first."""
    return _read.entries_of(subject)


def kinds_by(actor: str, since: datetime | None = None) -> frozenset[str]:
    """Return the kinds of which this actor (an `Actor.ref`) wrote any entry, `since` or ever.

    Reads all entries. For a small journal, such as a practice node's: no index answers it.
    """
    return _read.kinds_by(actor, since)


def opening(entry_id: UUID, fields: Iterable[str]) -> Opening:
    """Return salts and values of some fields of an entry, and the proof that they belong to it.

    The caller has checked that the reader may see these fields. Names are those given to
    `append` and `actor, at, kind, node, subject`. Raises NotFound (`journal.no-entry`,
    `journal.no-field`) and Refused (`journal.erased`).
    """
    return _read.opening(entry_id, fields)
