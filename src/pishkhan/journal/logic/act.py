"""Open an act: the transaction of a deed, with its one moment and its entries."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType, TracebackType
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from pishkhan.journal import frames
from pishkhan.journal.commitment import time_text
from pishkhan.journal.contracts import JSON, ActIsOver, ActWithoutEntry
from pishkhan.journal.frames import Frame, Ledger
from pishkhan.journal.logic.append import append, insert
from pishkhan.kernel import clock, faults

_NO_FIELDS: Mapping[str, JSON] = MappingProxyType({})


class Act:
    """An open act. `at` is its moment, UTC, the same for all that joined."""

    __slots__ = ("_frame", "_ledger", "at")

    def __init__(self, ledger: Ledger, frame: Frame) -> None:
        self._ledger = ledger
        self._frame = frame
        self.at = ledger.at

    def append(
        self,
        kind: str,
        *,
        subject: UUID,
        actor: str,
        fields: Mapping[str, JSON] = _NO_FIELDS,
    ) -> UUID:
        """Write one entry in this act's transaction; return its id.

        `kind` is `<noun>.<past participle>`, `actor` an `Actor.ref`. `fields` must hold no
        personal data: references, digests, codes, amounts. Raises ValueError for a kind, actor
        or field name the format forbids, Invalid for a value JSON cannot hold, ActIsOver after
        the act's end.
        """
        ledger, frame = self.open_frame()
        entry = append(ledger, kind, subject=subject, actor=actor, fields=fields)
        frame.entries += 1
        return entry

    def settle(self) -> None:
        """Write the entries that wait for the act's end to the table now.

        For a deed whose other writes travel together (`rows.together`): its entries go along.
        """
        ledger, _frame = self.open_frame()
        ledger.settle()

    def open_frame(self) -> tuple[Ledger, Frame]:
        """Return what this act counts in; ActIsOver after its end or in another thread."""
        mine = frames.ledger_in_use() is self._ledger and self._ledger.here()
        if not mine or not self._frame.open:
            raise ActIsOver("this act has ended, or belongs to another thread")
        return self._ledger, self._frame


class ActScope:
    """`with act() as a:` opens an act or joins the one that is open.

    The outermost opens the transaction and insists on being the outermost: what it has returned
    from is committed. One that joins counts its own writes and entries; when it fails, all fails,
    unless a savepoint stands in between.
    """

    __slots__ = ("_atomic", "_frame", "_ledger", "_outermost")

    def __enter__(self) -> Act:
        ledger = frames.ledger_in_use()
        # A task or thread that inherited the context has another connection: not its act.
        self._outermost = ledger is None or not ledger.here()
        self._atomic = transaction.Atomic(
            using=DEFAULT_DB_ALIAS, savepoint=self._outermost, durable=self._outermost
        )
        at = clock.current().now()
        self._atomic.__enter__()
        if ledger is None or self._outermost:
            ledger = Ledger(connections[DEFAULT_DB_ALIAS], at, time_text(at), insert)
            frames.enter(ledger)
        self._ledger = ledger
        self._frame = Frame()
        ledger.frames.append(self._frame)
        return Act(ledger, self._frame)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._frame.open = False
        self._ledger.frames.pop()
        try:
            if error is None:
                self._complete()
        except BaseException as raised:
            self._end(type(raised), raised, raised.__traceback__)
            raise
        self._end(kind, error, trace)

    def _complete(self) -> None:
        """See that an entry tells of what was written; write the entries that wait, at the end."""
        if self._frame.writes and not self._frame.entries:
            raise ActWithoutEntry("an act wrote to guarded tables and appended no entry")
        if not self._outermost:
            return
        # A crash here: nothing of the act is in the database.
        faults.point("append.waiting")
        self._ledger.settle(last=True)
        # A crash here: nothing is there, but for an act that was one statement: all of that is.
        # Nobody has been told of either, since the act has not ended.
        faults.point("append.settled")

    def _end(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._outermost:
            frames.leave()
        self._atomic.__exit__(kind, error, trace)
        if self._outermost:
            # A crash here: all of it is there, also if nobody was told.
            faults.point("append.committed")


def current_act() -> Act | None:
    """Return a handle on the innermost act open here, or None."""
    ledger = frames.ledger_in_use()
    if ledger is None or not ledger.here():
        return None
    return Act(ledger, ledger.frames[-1])
