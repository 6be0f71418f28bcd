"""Is the log the one over its entries, and is what was published its beginning?

What is published is read before the snapshot begins (`published_now`): whatever stood there then
had been committed, so the rows hold it, also while a worker goes on. Files only grow at their end
and are replaced whole, so what was published then still begins them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from pishkhan.journal.checkpoint import (
    BadNote,
    Checkpoint,
    KeyKind,
    Note,
    NoteKey,
    Verify,
    checkpoint_of,
    read_checkpoint,
    read_note,
)
from pishkhan.journal.contracts import KeysOf
from pishkhan.journal.logic.fsck_words import WORDS
from pishkhan.journal.logic.log import mark_of, restored_of
from pishkhan.journal.logic.publish import HEIGHTS
from pishkhan.journal.logic.scrub import differing
from pishkhan.journal.logic.sequence import leaf_of
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import HASH_SIZE, grow, leaf_hash, root_of_edge
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.tiles import ENTRIES
from pishkhan.kernel.findings import Finding, Survey, told

AT_ONCE = 20_480


def published_now() -> dict[int, bytes]:
    """Return the published checkpoint of each log of this home, by epoch; as it is served.

    For `fsck_log`; to be called before the snapshot.
    """
    root: Path = settings.HOME / "log"
    folders = root.iterdir() if root.is_dir() else ()
    found = {int(each.name): each for each in folders if each.name.isdecimal()}
    return {epoch: Store(each).checkpoint() for epoch, each in sorted(found.items())}


def fsck_log(
    survey: Survey, *, keys: KeysOf, verify: Verify, published: Mapping[int, bytes]
) -> Iterator[Finding]:
    """Yield where logs, entries' places and published files disagree; writes nothing.

    `keys` gives the keys of the log of an epoch; `verify` checks an Ed25519 signature over a
    message, `published` is what `published_now` gave before the database's moment.
    """
    home: Path = settings.HOME
    logs = list(Log.objects.order_by("epoch"))
    if restored_of(home).exists():
        yield told(WORDS, "log.restored", restored_of(home).name)
    mark = mark_of(home)
    known = mark.read_text("ascii", errors="replace").strip() if mark.exists() else ""
    if known != (logs[-1].origin if logs else ""):
        yield told(WORDS, "log.mark", known or "-")
    for epoch in published.keys() - {log.epoch for log in logs}:
        if published[epoch]:
            yield told(WORDS, "log.rolled-back", epoch)
    for log in logs:
        named = [NoteKey(log.origin, KeyKind.LOG, each) for each in keys(log.epoch)]
        yield from _note(survey, log, named, verify, newest=log is logs[-1])
        yield from _tree(survey, log, published.get(log.epoch, b""), named, verify)
    yield from _outside(logs)


def _note(
    survey: Survey, log: Log, keys: Sequence[NoteKey], verify: Verify, *, newest: bool
) -> Iterator[Finding]:
    if not log.note:
        if log.size:
            yield told(WORDS, "log.checkpoint", log.origin)
        return
    try:
        note = read_note(log.note.encode())
        said = read_checkpoint(note.text)
    except BadNote:
        yield told(WORDS, "log.checkpoint", log.origin)
        return
    if said != Checkpoint(log.origin, log.size, bytes(log.root)):
        yield told(WORDS, "log.checkpoint", log.origin)
        return
    signed = _signers(note, keys)
    if not newest and not signed:
        survey.passed_over("logs of former keys")  # its key was another; only a verifier has it
        return
    try:
        for key in signed or keys[:1]:
            checkpoint_of(note, key, verify)
    except BadNote:
        yield told(WORDS, "log.signature", log.origin)


def _signers(note: Note, keys: Sequence[NoteKey]) -> list[NoteKey]:
    """Return those of the keys that a line of the note names."""
    there = {line.key_id for line in note.lines}
    return [key for key in keys if key.id in there]


@dataclass(slots=True)
class _Walk:
    """The tree over the rows so far, and the part of it that was published."""

    size: int = 0
    edge: tuple[bytes, ...] = ()
    shown: int = 0
    shown_edge: tuple[bytes, ...] = ()
    damaged: set[str] = field(default_factory=set)


def _tree(
    survey: Survey, log: Log, data: bytes, keys: Sequence[NoteKey], verify: Verify
) -> Iterator[Finding]:
    shown, fault = _published(log, data, keys, verify)
    if fault:
        yield told(WORDS, fault, log.origin if fault == "log.rolled-back" else _file(log))
        shown = None
    walk, whole = _Walk(), True
    for leaves, findings in _leaves(log):
        yield from findings
        whole = whole and not findings
        if not whole:
            continue  # the root over rows that are not all there says nothing more
        survey.saw("leaves", len(leaves))
        hashes = [leaf_hash(leaf) for leaf in leaves]
        if shown is not None and walk.shown < shown.size:
            _compare(walk, log, leaves[: shown.size - walk.shown], hashes)
        grown = grow(walk.size, walk.edge, hashes)
        walk.size, walk.edge = grown.size, grown.edge
    if not whole:
        return
    stored = bytes(log.edge)
    edge = tuple(stored[i : i + HASH_SIZE] for i in range(0, len(stored), HASH_SIZE))
    root = root_of_edge(walk.edge) if walk.size else sha256(b"").digest()
    if (walk.size, root, walk.edge) != (log.size, bytes(log.root), edge):
        yield told(WORDS, "log.root", log.origin)
    for name in sorted(walk.damaged):
        yield told(WORDS, "log.published", f"{log.epoch}/{name}")
    if shown is not None and root_of_edge(walk.shown_edge) != shown.root:
        yield told(WORDS, "log.published", _file(log))


def _file(log: Log) -> str:
    return f"{log.epoch}/checkpoint"


def _published(
    log: Log, data: bytes, keys: Sequence[NoteKey], verify: Verify
) -> tuple[Checkpoint | None, str]:
    """Return the published checkpoint, None when there is none to compare, and a fault's code."""
    if not data:
        return None, ""  # nothing was published yet
    try:
        note = read_note(data)
        said = read_checkpoint(note.text)
        signed = _signers(note, keys)
        for key in signed or (keys[:1] if said.origin != log.origin else ()):
            checkpoint_of(note, key, verify)
    except BadNote:
        return None, "log.published"
    if said.size > log.size:
        return None, "log.rolled-back"
    return said, ""


def _compare(walk: _Walk, log: Log, leaves: list[bytes], hashes: list[bytes]) -> None:
    folder = home_of(log.epoch)
    grown = grow(walk.shown, walk.shown_edge, hashes[: len(leaves)], HEIGHTS)
    bundles = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves]
    walk.damaged |= differing(folder, ENTRIES, walk.shown, bundles)
    for height, row in grown.rows.items():
        walk.damaged |= differing(folder, height // 8, walk.shown >> height, list(row))
    walk.shown, walk.shown_edge = grown.size, grown.edge


def _leaves(log: Log) -> Iterator[tuple[list[bytes], list[Finding]]]:
    """Yield the log's leaves in batches that end where tiles end, with the places at fault."""
    for start in range(log.start, log.start + log.size, AT_ONCE):
        end = min(start + AT_ONCE, log.start + log.size)
        rows = Entry.objects.filter(index__gte=start, index__lt=end).order_by("index")
        leaves, findings, expected = [], [], start
        for index, version, commit in rows.values_list("index", "version", "commit"):
            assert index is not None  # by the filter
            if index < expected:
                findings.append(told(WORDS, "entries.place-doubled", index))
                continue
            if index > expected:
                findings.append(_gap(expected, index - 1))
            leaves.append(leaf_of(version, bytes(commit)))
            expected = index + 1
        if expected < end:
            findings.append(_gap(expected, end - 1))
        yield leaves, findings


def _gap(first: int, last: int) -> Finding:
    return told(WORDS, "entries.place-missing", first, first=first, last=last)


def _outside(logs: list[Log]) -> Iterator[Finding]:
    """Yield the entries whose place no log has: before, between or behind them."""
    placed = Entry.objects.filter(index__isnull=False)
    for log in logs:
        placed = placed.exclude(index__gte=log.start, index__lt=log.start + log.size)
    for id_, index in placed.order_by("index").values_list("id", "index").iterator():
        yield told(WORDS, "entries.place-outside", id_, place=index)
