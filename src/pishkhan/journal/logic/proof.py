"""What anybody may have of the published log, and the proof of an entry for who may see it."""

from __future__ import annotations

import threading
from base64 import b64encode
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.journal.checkpoint import read_checkpoint, read_note
from pishkhan.journal.commitment import opening_to_json
from pishkhan.journal.logic import anchor, cosigned
from pishkhan.journal.logic.read import opening
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import Reader, inclusion_proof
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.tiles import ENTRIES, NoTile, TileReader, read_path
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, NotFound, Unavailable

_lock = threading.Lock()
_readers: dict[Path, TileReader] = {}


def checkpoint() -> bytes:
    """Return the published checkpoint as it is served."""
    data = _store().checkpoint()
    if not data:
        raise NotFound("journal.no-log", N_("This node has no log yet."))
    return data


def witnessed() -> bytes:
    """Return the newest checkpoint that has the policy's quorum; see `api.witnessed`."""
    epoch = Log.objects.order_by("-epoch").values_list("epoch", flat=True).first()
    data = cosigned.witnessed(epoch or 0)
    if not data:
        words = N_("No published checkpoint has the witnesses that the policy asks for.")
        raise NotFound("journal.not-witnessed", words)
    return data


def tile(path: str) -> bytes:
    """Return a published tile or bundle; see `api.tile`."""
    try:
        wanted = read_path(path)
    except NoTile:
        raise _no_tile() from None
    store = _store()
    data = store.checkpoint()
    if not data or not wanted.is_of(read_checkpoint(read_note(data).text).size):
        raise _no_tile()
    if wanted.level == ENTRIES:
        return store.leaves(wanted.index, wanted.width)
    return store.hashes(wanted.level, wanted.index, wanted.width)


def proof(entry_id: UUID, fields: Iterable[str]) -> bytes:
    """Return the tlog-proof of an entry; see `api.proof`."""
    shown = opening(entry_id, fields)
    log = log_of(entry_id)
    store = Store(home_of(log[0].epoch)) if log else _store()
    data = store.checkpoint()
    size = read_checkpoint(read_note(data).text).size if data else 0
    if log is None or log[1] >= size:
        raise Unavailable(
            "journal.not-published", N_("This is not in the published log yet; wait a second.")
        )
    # What a quorum cosigned says more than what is newer, and the first of it the most: it was
    # there by then. Else the newest there is.
    first = anchor.covering(*log)
    data = str(first).encode() if first else cosigned.witnessed(log[0].epoch, beyond=log[1]) or data
    size = read_checkpoint(read_note(data).text).size
    read = reader_of(store).at(size)
    path = inclusion_proof(log[1], size, read)
    extra = opening_to_json(shown) | _after(log, size, read)
    lines = [
        "c2sp.org/tlog-proof@v1",
        f"extra {b64encode(canonical.dumps(extra)).decode()}",
        f"index {log[1]}",
        *(b64encode(each).decode() for each in path),
        "",
        "",
    ]
    return "\n".join(lines).encode() + data


def _after(log: tuple[Log, int], size: int, read: Reader) -> dict[str, Any]:
    """Return what shows that an entry is younger than an anchor; nothing without one."""
    found = anchor.before(*log)
    if found is None:
        return {}
    return {
        "after": {
            "index": found.index,
            "opening": opening_to_json(opening(found.entry, [anchor.FIELD])),
            "path": [each.hex() for each in inclusion_proof(found.index, size, read)],
        }
    }


def place(entry_id: UUID) -> int | None:
    """Return the index of an entry in the published log of its epoch; None while it waits."""
    found = log_of(entry_id)
    if found is None:
        return None
    data = Store(home_of(found[0].epoch)).checkpoint()
    size = read_checkpoint(read_note(data).text).size if data else 0
    return found[1] if found[1] < size else None


def log_of(entry_id: UUID) -> tuple[Log, int] | None:
    """Return the log that took an entry, and its index there; None while it waits."""
    index = Entry.objects.filter(id=entry_id).values_list("index", flat=True).first()
    if index is None:
        return None
    log = Log.objects.filter(start__lte=index).order_by("-epoch").first()
    return None if log is None else (log, index - log.start)


def _store() -> Store:
    epoch = Log.objects.order_by("-epoch").values_list("epoch", flat=True).first()
    return Store(home_of(epoch or 0))


def reader_of(store: Store) -> TileReader:
    """Return the reader of a log's tiles, which keeps those that are full."""
    with _lock:
        return _readers.setdefault(store.folder, TileReader(store.hashes))


def _no_tile() -> NotFound:
    return NotFound("journal.no-tile", N_("The published log has no such tile."))
