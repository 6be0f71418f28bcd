"""Derive the tiles from the rows, then publish the checkpoint; recovery is the same function.

What is true after a crash, line by line, stands in `publish`. What can not be explained by a crash
is fatal: it says what to do, and nothing is published over it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings

from pishkhan.journal.checkpoint import BadNote, Checkpoint, read_checkpoint, read_note
from pishkhan.journal.logic import cosigned
from pishkhan.journal.logic.sequence import leaf_of
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import HASH_SIZE, grow, leaf_hash, root_of_edge, subtrees
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.tiles import ENTRIES, TileReader
from pishkhan.kernel import faults
from pishkhan.kernel.errors import N_, Unavailable

BATCH = 20_480
"""Leaves that are derived and written at once: eighty tiles, 0.7 MB."""
HEIGHTS = frozenset(range(0, 64, 8))
FREE = 50_000_000
"""Bytes that must be free before anything is written: a full disk is told of, never met."""


def publish() -> int:
    """Publish the log's head; return how many leaves are new in it.

    Raises Unavailable, permanent: `journal.rolled-back` when more, or something else, was published
    than the rows hold; `journal.tiles-damaged` when the published tiles are not those of the
    published checkpoint. Not permanent: `journal.disk-full`.
    """
    log = Log.objects.order_by("-epoch").first()
    if log is None or not log.note:
        return 0
    store = Store(home_of(log.epoch))
    before = published(store)
    _check_order(before, log)
    if before.size == log.size:
        _add_cosignatures(store, log)
        return 0
    _check_space()
    edge = _edge(store, before)
    size = before.size
    for leaves in leaves_of(log, before.size):
        grown = grow(size, edge, [leaf_hash(leaf) for leaf in leaves], HEIGHTS)
        try:
            store.append(ENTRIES, size, [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves])
            for height, row in grown.rows.items():
                store.append(height // 8, size >> height, row)
        except FileNotFoundError:  # what is published ends before its own end
            raise _damaged() from None
        # A crash here or below, before the last line: files may hold more than was published.
        # Nobody was told of it; the next call derives the same from the same rows and writes it
        # over. What was published stands before it in the same files, and they are replaced whole.
        faults.point("publish.derived")
        store.sync()
        faults.point("publish.tiles-written")
        size, edge = grown.size, grown.edge
    if (size, root_of_edge(edge)) != (log.size, bytes(log.root)):
        raise _rolled_back()
    store.publish(log.note.encode())
    # A crash here: it is published.
    faults.point("publish.checkpoint-written")
    return size - before.size


def published(store: Store) -> Checkpoint:
    """Return the published checkpoint, the empty tree's when nothing was published yet."""
    data = store.checkpoint()
    if not data:
        return Checkpoint("", 0, root_of_edge(()))
    try:
        return read_checkpoint(read_note(data).text)
    except BadNote:
        raise _damaged() from None


def _add_cosignatures(store: Store, log: Log) -> None:
    """Publish the cosignatures that came of what is published; this is its file's one writer.

    A crash before it is published: the rows have them, and the next call does the same.
    """
    note = cosigned.of_size(log.epoch, log.size)
    if note and note != store.checkpoint():
        faults.point("publish.cosignatures-found")
        store.publish(note)
        faults.point("publish.cosignatures-written")


def _check_order(before: Checkpoint, log: Log) -> None:
    other = before.size == log.size and before.root != bytes(log.root)
    if before.size > log.size or other or before.origin not in ("", log.origin):
        raise _rolled_back()


def _check_space() -> None:
    home: Path = settings.HOME
    if shutil.disk_usage(home).free < FREE:
        raise Unavailable(
            "journal.disk-full",
            N_("The disk is nearly full: the log is not published until there is room."),
        )


def _edge(store: Store, before: Checkpoint) -> Sequence[bytes]:
    """Return the edge of the published tree, read from its tiles and checked against its root."""
    reader = TileReader(store.hashes).at(before.size)
    try:
        edge = reader(subtrees(0, before.size))
    except (ValueError, LookupError):
        raise _damaged() from None
    if root_of_edge(edge) != before.root or any(len(each) != HASH_SIZE for each in edge):
        raise _damaged()
    return edge


def leaves_of(log: Log, start: int) -> Iterator[list[bytes]]:
    """Yield the leaves from `start` to the head's size, in batches that end where tiles end."""
    while start < log.size:
        end = min(start - start % 256 + BATCH, log.size)
        rows = Entry.objects.filter(index__gte=log.start + start, index__lt=log.start + end)
        leaves = [
            leaf_of(version, bytes(commit))
            for version, commit in rows.order_by("index").values_list("version", "commit")
        ]
        if len(leaves) != end - start:
            raise _rolled_back()
        yield leaves
        start = end


def _rolled_back() -> Unavailable:
    return Unavailable(
        "journal.rolled-back",
        N_(
            "The database does not hold what was published from it: it is an older copy, or rows "
            "are gone. Restore the newest backup; if there is none: pishkhan journal begin-anew"
        ),
        permanent=True,
    )


def _damaged() -> Unavailable:
    return Unavailable(
        "journal.tiles-damaged",
        N_(
            "The published files of the log are damaged; derive them anew from the database by: "
            "pishkhan journal rebuild"
        ),
        permanent=True,
    )
