"""Check one entry here, as anybody with its proof would: nothing is taken from what is stored
about it but what it is checked against. Each step is a line of its own, good or not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from uuid import UUID

from pishkhan.journal.auditing import CheckedEntry, CheckLine
from pishkhan.journal.checkpoint import (
    BadNote,
    Checkpoint,
    KeyKind,
    Note,
    NoteKey,
    checkpoint_of,
    cosigned_at,
    read_checkpoint,
    read_note,
)
from pishkhan.journal.commitment import hashes_of, time_text
from pishkhan.journal.contracts import JSON, Verify
from pishkhan.journal.logic import anchor, cosigned, trust
from pishkhan.journal.logic.proof import log_of
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import (
    BadProof,
    inclusion_proof,
    leaf_hash,
    root,
    root_of_inclusion,
)
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.promise import entry_leaf
from pishkhan.journal.tiles import NoTile, TileReader
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, NotFound, PishkhanError

Keys = Mapping[bytes, datetime | None]
"""Public keys of a log, 32 bytes each; to each the moment from which it counts no more, if any."""


def check_entry(entry_id: UUID, keys: Callable[[int], Keys], verify: Verify) -> CheckedEntry:
    """Return an entry with what came of checking it against the published log.

    `keys` gives those of the log of an epoch, present and former. Where one counts no more, only a
    tree counts whose quorum was together before that moment. The checkpoint is the one that a
    proof of this entry would bear (`api.proof`). What is damaged is a line that is not good, never
    an error. Raises NotFound `journal.no-entry`.
    """
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    fields, computed = _recomputed(entry)
    lines = [
        CheckLine("fields", fields is not None),
        CheckLine("commitment", computed == bytes(entry.commit)),
    ]
    found, size = log_of(entry_id), None
    if found is None:
        lines.append(CheckLine("place", None))
    else:
        fitting = keys(found[0].epoch)
        placed, size = _check_place(found, computed or bytes(entry.commit), fitting, verify)
        lines += placed
    return CheckedEntry(
        number=entry.number,
        id=entry.id,
        node=entry.node,
        kind=entry.kind,
        subject=entry.subject,
        at=entry.at,
        actor=entry.actor,
        fields=fields or {},
        erased=tuple(entry.erased.split()),
        commit=bytes(entry.commit),
        computed=computed,
        origin="" if found is None else found[0].origin,
        index=None if found is None else found[1],
        size=size,
        lines=tuple(lines),
    )


def _recomputed(entry: Entry) -> tuple[dict[str, JSON] | None, bytes | None]:
    """Return the fields and the commitment that follows from them; None for what does not fit."""
    try:
        fields: dict[str, JSON] = canonical.loads(entry.fields.encode())
        values: dict[str, JSON] = {
            **fields,
            "node": str(entry.node),
            "kind": entry.kind,
            "subject": str(entry.subject),
            "at": time_text(entry.at),
            "actor": entry.actor,
        }
    except (PishkhanError, TypeError):
        return None, None
    try:
        erased = frozenset(entry.erased.split())
        _names, hashes = hashes_of(values, bytes(entry.salts), erased=erased)
    except (PishkhanError, ValueError):
        return fields, None
    return fields, root(hashes)


def _check_place(
    found: tuple[Log, int], commit: bytes, keys: Keys, verify: Verify
) -> tuple[list[CheckLine], int | None]:
    """Return the lines about the tree and who signed it, and the size of the checkpoint."""
    log, index = found
    store = Store(home_of(log.epoch))
    data = store.checkpoint()
    try:
        size = read_checkpoint(read_note(data).text).size if data else 0
        if index >= size:
            return [CheckLine("place", None)], None
        note = read_note(cosigned.witnessed(log.epoch, beyond=index) or data)
        head = read_checkpoint(note.text)
    except BadNote:
        return [CheckLine("place", good=False)], None
    return [
        CheckLine("place", True, {"index": index, "size": head.size}),
        CheckLine("path", _leads(store, index, commit, head)),
        CheckLine("signature", _is_signed(note, log.origin, keys, verify)),
        *_check_witnesses(note, verify),
    ], head.size


def _leads(store: Store, index: int, commit: bytes, head: Checkpoint) -> bool:
    """Tell whether the leaf's path through the published tiles ends at the signed root."""
    reader = TileReader(store.hashes, keep=0)  # what lies on the disk now, not what was once read
    try:
        path = inclusion_proof(index, head.size, reader.at(head.size))
        found = root_of_inclusion(index, head.size, leaf_hash(entry_leaf(commit)), path)
    except (BadProof, NoTile, IndexError):
        return False
    return found == head.root


def _is_signed(note: Note, origin: str, keys: Keys, verify: Verify) -> bool:
    for public, ended in keys.items():
        try:
            checkpoint_of(note, NoteKey(origin, KeyKind.LOG, public), verify)
        except BadNote:
            continue
        if ended is None or _was_together(note, ended):
            return True
    return False


def _was_together(note: Note, before: datetime) -> bool:
    """Tell whether the quorum had cosigned before a moment; its lines are checked beside this."""
    policy = trust.readable()
    at = None if policy is None else anchor.quorum_time(policy, note)
    return at is not None and at < before


def _check_witnesses(note: Note, verify: Verify) -> list[CheckLine]:
    policy = trust.readable()
    if policy is None:
        return [CheckLine("quorum", None)]
    lines: list[CheckLine] = []
    there: set[str] = set()
    for name, witness in policy.witnesses.items():
        try:
            seconds = cosigned_at(note, witness.key, verify)
        except BadNote:
            lines.append(CheckLine("witness", False, {"name": name}))
            continue
        if seconds is None:
            lines.append(CheckLine("witness", None, {"name": name}))
            continue
        there.add(name)
        at = datetime.fromtimestamp(min(seconds, 253_402_300_799), UTC)
        lines.append(CheckLine("witness", True, {"name": name, "at": at}))
    lines.append(CheckLine("quorum", policy.is_met(there) or None, {"n": len(there)}))
    return lines
