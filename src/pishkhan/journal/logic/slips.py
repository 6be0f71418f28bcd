"""The promise and the path that a receipt prints for an entry, and the wait until it is published.

A promise is derived anew whenever it is printed: Ed25519 signs the same bytes alike, so each print
of a receipt bears the same one while the log has the same key, and nothing has to be kept for it.
"""

from __future__ import annotations

import time
from uuid import UUID

from pishkhan.journal.checkpoint import (
    KeyKind,
    Note,
    NoteKey,
    Verify,
    read_checkpoint,
    read_note,
)
from pishkhan.journal.contracts import KeysOf, LogSigner
from pishkhan.journal.logic.log import head, head_of
from pishkhan.journal.logic.proof import log_of, place, reader_of
from pishkhan.journal.logic.read import opening
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import inclusion_proof
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.promise import LeafPath, Promise, is_promised, make_promise
from pishkhan.journal.slip import FIELD, read_slip
from pishkhan.kernel import bell
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.kernel.prepared import Prepared

HOURS = 24
"""Within so many hours of an entry the node promises to have it in the log. A second is usual; a
node whose worker stands still over night keeps its word."""
LOOK = 0.02
"""Seconds between two looks for what is awaited."""

_NEWEST = Prepared(lambda: Log.objects.order_by("-epoch").values_list("epoch", "start")[:1])
_INDEX = Prepared(lambda entry: Entry.objects.filter(id=entry).values_list("index"), entry=UUID)


def entry_with_slip(subject: UUID, kind: str) -> UUID:
    """Return the first entry of a kind about a subject. Raises NotFound `journal.no-entry`."""
    found = Entry.objects.filter(subject=subject, kind=kind).order_by("number")
    entry = found.values_list("id", flat=True).first()
    if entry is None:
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    return entry


def entry_with_commit(subject: UUID, commit: bytes) -> UUID:
    """Return the entry about a subject with this commitment, 32 bytes, as a promise names it.

    Raises NotFound `journal.no-entry`, also where another node's log has it.
    """
    found = Entry.objects.filter(subject=subject, commit=commit)
    entry = found.values_list("id", flat=True).first()
    if entry is None:
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    return entry


def promise(entry_id: UUID, keys: LogSigner) -> bytes:
    """Return the promise of an entry that has a slip, signed: what a paper's QR holds.

    The same for every print by one key of the log, also inside the act that wrote the entry. It
    shows what the slip does: the caller has checked that the reader may see that. At most 300 bytes
    (docs/protocol/journal.md). Raises NotFound `journal.no-entry`, and `journal.no-field` for an
    entry without a slip.
    """
    opened = opening(entry_id, [FIELD])
    found = log_of(entry_id)
    log = head_of(found[0]) if found else head()
    signer = keys.of(log.epoch)
    key = NoteKey(log.origin, KeyKind.LOG, signer.public)
    slip = read_slip(opened.shown[0].value)
    return bytes(make_promise(slip, opened, hours=HOURS, key=key, sign=signer.sign))


def is_own_promise(promised: Promise, keys: KeysOf, verify: Verify) -> bool:
    """Tell whether a log of this node signed a promise; of another node's it knows no key."""
    return any(is_promised(promised, key, verify) for key in log_keys(keys))


def log_keys(keys: KeysOf) -> list[NoteKey]:
    """Return the keys of this node's logs as policies name them, the present log's first."""
    logs = Log.objects.order_by("-epoch").values_list("epoch", "origin")
    return [NoteKey(name, KeyKind.LOG, each) for epoch, name in logs for each in keys(epoch)]


def leaf_path(entry_id: UUID) -> bytes | None:
    """Return what a second QR holds: the path to the published checkpoint; None while it waits."""
    found = log_of(entry_id)
    note = published(found[0]) if found else None
    if found is None or note is None:
        return None
    log, index = found
    head = read_checkpoint(note.text)
    if index >= head.size:
        return None
    store = Store(home_of(log.epoch))
    line = next(each for each in note.lines if each.name == log.origin)
    return bytes(
        LeafPath(
            key_id=line.key_id,
            index=index,
            size=head.size,
            commit=bytes(Entry.objects.values_list("commit", flat=True).get(id=entry_id)),
            signature=line.signature,
            proof=tuple(inclusion_proof(index, head.size, reader_of(store).at(head.size))),
        )
    )


def await_published(entry_id: UUID, seconds: float = 1.0) -> bool:
    """Wait until an entry is in the published log, at most so many seconds; return whether it is.

    To be called after its act has ended, or nobody else can see the entry.
    """
    end = time.monotonic() + seconds
    newest = _NEWEST.first()
    if newest is None:
        return False
    bell.ring(bell.of_this_node())
    (epoch, start), before = newest, None
    store = Store(home_of(epoch))
    while True:
        # Looking at the file costs two microseconds: the database is asked when it has changed.
        now = store.changed()
        if now != before:
            index = next(iter(_INDEX.first(entry=entry_id) or ()), None)
            if index is not None and index < start:  # of a log that is over
                return place(entry_id) is not None
            if index is not None and index < start + _size(store):
                return True
        before = now
        if time.monotonic() >= end:
            return False
        time.sleep(LOOK)


def _size(store: Store) -> int:
    data = store.checkpoint()
    return read_checkpoint(read_note(data).text).size if data else 0


def published(log: Log) -> Note | None:
    """Return the checkpoint that a log published, None before its first."""
    data = Store(home_of(log.epoch)).checkpoint()
    return read_note(data) if data else None
