"""Time as a bracket: what witnesses signed goes into the log, and what stands after it is younger.

A cosignature can not be made before its moment by anybody but its witness. So an entry that holds
a cosigned checkpoint, an *anchor*, was not there before; and what has a higher index was given its
place later still. The same anchors keep the first cosigned checkpoint that covers an entry: it was
there by then. A node that dates an entry back can choose neither (docs/protocol/journal.md).

What is true after a crash: entry and mark are of one transaction; without it the next step writes
them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pishkhan.journal import guard
from pishkhan.journal.checkpoint import Note, read_note
from pishkhan.journal.logic import cosigned, trust
from pishkhan.journal.logic.act import ActScope
from pishkhan.journal.models import Cosigned, Entry, Log
from pishkhan.journal.node_id import node_id
from pishkhan.journal.policy import Policy
from pishkhan.kernel import clock, faults

EVERY = timedelta(minutes=1)
"""Between two anchors: so wide is a bracket of a busy log, beside its witnesses' own pace."""
KIND, FIELD = "log.witnessed", "note"


@dataclass(frozen=True, slots=True)
class Anchor:
    """An anchor by its entry: its index in the log, and the checkpoint that it holds."""

    entry: UUID
    index: int
    note: Note


def step() -> int:
    """Write the newest checkpoint that has the quorum into the log, if it says something new.

    An anchor alone is nothing new, or an idle log would grow for ever. Returns 1 for one written.
    """
    log = Log.objects.order_by("-epoch").first()
    newest = cosigned.newest_met(log.epoch, 0) if log is not None else None
    if log is None or newest is None or newest.entry is not None:
        return 0
    last = Cosigned.objects.filter(epoch=log.epoch, entry__isnull=False).order_by("-size").first()
    if last is not None:
        place = _place(log, last)
        soon = last.anchored_at is not None and clock.current().now() < last.anchored_at + EVERY
        if soon or place is None or newest.size <= place + 1:
            return 0
    with ActScope() as act:
        entry = act.append(
            KIND,
            subject=node_id(),
            actor="system",
            fields={FIELD: newest.note, "size": newest.size},
        )
        faults.point("anchor.written")
        with guard.witnessing():
            Cosigned.objects.filter(pk=newest.pk).update(entry=entry, anchored_at=act.at)
        faults.point("anchor.marked")
    # A crash here: both are there, and the next step finds nothing new to write.
    faults.point("anchor.committed")
    return 1


def before(log: Log, index: int) -> Anchor | None:
    """Return the newest anchor that stands before an index of a log."""
    rows = Cosigned.objects.filter(epoch=log.epoch, entry__isnull=False, size__lt=index)
    for row in rows.order_by("-size"):
        place = _place(log, row)
        if place is not None and place < index:
            assert row.entry is not None
            return Anchor(row.entry, place, read_note(row.note.encode()))
    return None


def covering(log: Log, index: int) -> Note | None:
    """Return the first anchored checkpoint whose tree holds the leaf of an index."""
    rows = Cosigned.objects.filter(epoch=log.epoch, entry__isnull=False, size__gt=index)
    row = rows.order_by("size").first()
    return read_note(row.note.encode()) if row is not None else None


def quorum_time(policy: Policy, note: Note) -> datetime | None:
    """Return when the policy's quorum was together; None when it is not.

    The lines were verified when they were kept. A witness alone can move it neither way.
    """
    times = sorted(
        (int.from_bytes(line.signature[:8], "big"), name)
        for line in note.lines
        for name, each in policy.witnesses.items()
        if (each.key.name, each.key.id) == (line.name, line.key_id)
    )
    there: set[str] = set()
    for seconds, name in times:
        there.add(name)
        if policy.is_met(there):
            return datetime.fromtimestamp(seconds, UTC)
    return None


def policy() -> Policy | None:
    """Return whom this node trusts; None without a readable policy."""
    return trust.readable()


def _place(log: Log, row: Cosigned) -> int | None:
    assert row.entry is not None  # every row that is asked about is an anchor's
    index = Entry.objects.filter(id=row.entry).values_list("index", flat=True).first()
    return None if index is None else index - log.start
