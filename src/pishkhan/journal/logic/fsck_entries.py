"""Are the entries what was committed to? All rows once, in their order, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from pishkhan.journal.commitment import HEADER, VERSION, hashes_of, time_text, value_text
from pishkhan.journal.contracts import JSON
from pishkhan.journal.logic.fsck_words import WORDS
from pishkhan.journal.merkle import root
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.node_id import node_id
from pishkhan.kernel import canonical, clock
from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.findings import Finding, Survey, told

AT_ONCE = 2_000
SLACK = timedelta(hours=1)
"""An act takes its time when it begins and writes later; none takes nearly so long."""
SKEW = timedelta(minutes=5)
"""By how much the clocks of two machines of one node may differ."""

_COLUMNS = (
    "number", "id", "version", "node", "kind", "subject", "at", "actor", "fields", "salts",
    "commit", "erased", "index",
)  # fmt: skip


def fsck_entries(survey: Survey, *, in_order: bool = True) -> Iterator[Finding]:
    """Yield the entries that are not what was committed to, not canonical, or wrongly dated.

    `in_order=False` leaves out who is dated long before his neighbours by number: a demonstration
    turns its clock back by design. Reads all entries; writes nothing.
    """
    signed = [
        (log.start, log.start + log.size, log.signed_at) for log in Log.objects.order_by("epoch")
    ]
    now, node, order = clock.current().now(), str(node_id()), _Order()
    rows = Entry.objects.order_by("number").values_list(*_COLUMNS)
    for row in rows.iterator(chunk_size=AT_ONCE):
        survey.saw("entries")
        number, id_, at, index = row[0], row[1], row[6], row[12]
        code = _fault(row)
        if code:
            yield told(WORDS, code, id_)
        if str(row[3]) != node:
            yield told(WORDS, "entries.other-node", id_, node=str(row[3]))
        if at > _written_by(index, signed, now) + SKEW:
            yield told(WORDS, "entries.dated-ahead", id_)
        elif in_order:
            yield from order.next(number, at)
    if in_order:
        yield from order.end()


def _fault(row: tuple[Any, ...]) -> str:
    """Return the code of what is wrong with one row, "" for nothing."""
    _number, _id, version, node, kind, subject, at, actor, text, salts, commit, erased, _ = row
    if version != VERSION:
        return "entries.malformed"
    header: dict[str, JSON] = {
        "actor": actor,
        "at": time_text(at),
        "kind": kind,
        "node": str(node),
        "subject": str(subject),
    }
    try:
        fields = canonical.loads(text.encode())
        if not isinstance(fields, dict) or fields.keys() & set(HEADER):
            return "entries.malformed"
        gone = frozenset(erased.split())
        _names, hashes = hashes_of({**fields, **header}, bytes(salts), erased=gone)
        if root(hashes) != bytes(commit):
            return "entries.commitment"
        one_form = ",".join(f'"{name}":{value_text(fields[name])}' for name in sorted(fields))
    except (PishkhanError, ValueError, UnicodeError):
        return "entries.malformed"
    return "" if text == "{" + one_form + "}" else "entries.not-canonical"


def _written_by(
    index: int | None, signed: list[tuple[int, int, datetime | None]], now: datetime
) -> datetime:
    """Return a moment by which the entry was there for certain."""
    if index is not None:
        for start, end, at in signed:
            if start <= index < end and at is not None:
                return at
    return now


class _Order:
    """The runs of entries that are dated long before what has a lower number."""

    def __init__(self) -> None:
        self._newest: datetime | None = None
        self._run: tuple[int, int, timedelta] | None = None

    def next(self, number: int, at: datetime) -> Iterator[Finding]:
        if self._newest is not None and self._newest - at > SLACK:
            behind = self._newest - at
            first, _last, most = self._run or (number, number, behind)
            self._run = (first, number, max(most, behind))
            return
        yield from self.end()
        self._newest = at if self._newest is None else max(self._newest, at)

    def end(self) -> Iterator[Finding]:
        if self._run is not None:
            first, last, most = self._run
            self._run = None
            hours = int(most / timedelta(hours=1))
            yield told(WORDS, "entries.back-dated", first, first=first, last=last, hours=hours)
