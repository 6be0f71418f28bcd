"""Give waiting entries their places in the log and sign its new head, in one transaction.

What is true after a crash, line by line, stands in `sequence`. There is nothing to recover here:
before the commit nothing has happened, after it all has, and what follows is `publish`.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from pishkhan.journal import guard, places
from pishkhan.journal.checkpoint import Checkpoint, KeyKind, NoteKey, sign_checkpoint
from pishkhan.journal.commitment import VERSION
from pishkhan.journal.contracts import LogSigner
from pishkhan.journal.merkle import HASH_SIZE, grow, leaf_hash, root_of_edge
from pishkhan.journal.models import Entry, Log
from pishkhan.kernel import clock, faults
from pishkhan.kernel.errors import N_, Unavailable

MOST = 5000
"""Entries of one step; on SQLite writers wait while it lasts, so it takes fewer there."""
MOST_ON_SQLITE = 1000


def leaf_of(version: int, commit: bytes) -> bytes:
    """Return the leaf of an entry: its format's version and its commitment, 33 bytes."""
    return bytes([version]) + commit


def sequence(keys: LogSigner) -> int:
    """Take up to `MOST` waiting entries into the log; return how many it took.

    Two sequencers can not fork the log: the second waits for the first one's row, and the head
    changes only from the size and root that were read. Raises Unavailable `journal.forked`,
    permanent, when it is not so all the same.
    """
    waiting = Entry.objects.filter(index__isnull=True)
    if not waiting.exists():  # asked all day: no transaction for nothing
        return 0
    most = MOST if connection.vendor == "postgresql" else MOST_ON_SQLITE
    # A crash before the commit: the entries wait as they did, and the log has its old head.
    with transaction.atomic(durable=True), guard.sequencing():
        log = Log.objects.select_for_update().order_by("-epoch").first()
        if log is None:
            return 0
        # Never from a remembered number on: on PostgreSQL a lower one may be committed later.
        taken = list(waiting.order_by("number").values_list("number", "version", "commit")[:most])
        if not taken or any(version != VERSION for _, version, _ in taken):
            return _none(taken)
        numbers = [number for number, _, _ in taken]
        size, root, edge = log.size, bytes(log.root), bytes(log.edge)
        grown = grow(
            size,
            [edge[i : i + HASH_SIZE] for i in range(0, len(edge), HASH_SIZE)],
            [leaf_hash(leaf_of(version, bytes(commit))) for _, version, commit in taken],
        )
        faults.point("sequence.taken")
        if places.give(numbers, log.start + size) != len(numbers):
            raise _forked()
        faults.point("sequence.placed")
        head = Checkpoint(log.origin, grown.size, root_of_edge(grown.edge))
        signer = keys.of(log.epoch)
        key = NoteKey(log.origin, KeyKind.LOG, signer.public)
        changed = Log.objects.filter(epoch=log.epoch, size=size, root=root).update(
            size=head.size,
            root=head.root,
            edge=b"".join(grown.edge),
            note=str(sign_checkpoint(head, key, signer.sign)),
            signed_at=clock.current().now(),
        )
        if changed != 1:
            raise _forked()
        faults.point("sequence.signed")
    # A crash after the commit: entries and head are in the log; nobody outside has seen it yet.
    # The next step's `publish` derives the tiles from the rows, as it would have here.
    faults.point("sequence.committed")
    return len(numbers)


def _none(taken: Sequence[object]) -> int:
    if taken:
        raise Unavailable(
            "journal.version",
            N_("Entries wait that a newer version of this program wrote; start that one."),
            permanent=True,
        )
    return 0


def _forked() -> Unavailable:
    return Unavailable(
        "journal.forked",
        N_("The log's head is not what it was a moment ago; stop every worker but one and look."),
        permanent=True,
    )
