"""Files of letters on their way into a backup and out of it: each is read against its digest."""

from __future__ import annotations

import hashlib
import heapq
import os
import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from pishkhan.journal.contracts import LOG_RESTORED
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.durable import fsync_dir
from pishkhan.node.backup import sets

DIGEST = re.compile(r"[0-9a-f]{64}")
FOLDERS = tuple(f"{number:02x}" for number in range(256))

# Not carried: the database has its own way, the rest is this machine's and made anew.
PRIVATE = frozenset({"keys", "tls"})
# The published log is derived from the rows, and a restored node begins one of its own.
LOG = frozenset({"log", "log.registered", LOG_RESTORED, "witness", "witness.restored"})
LEFT = frozenset(
    {"blobs", "cache", "line", "pulse", "bell", "upkeep", "tmp", "restoring", *LOG, *PRIVATE}
)
DATABASE = "pishkhan.sqlite3"


class Damaged(Exception):
    """The bytes have not the digest that names them."""


def stored(root: Path) -> Iterator[tuple[str, int]]:
    """Yield (digest, size) of every file in a store, in order; one folder's names in memory."""
    for folder in FOLDERS:
        try:
            entries = sorted(
                (entry.name, entry) for entry in os.scandir(root / folder)
                if DIGEST.fullmatch(entry.name)
            )  # fmt: skip
        except FileNotFoundError:
            continue
        for name, entry in entries:
            try:
                yield name, entry.stat().st_size
            except FileNotFoundError:
                continue  # collected meanwhile: nothing named it


def count(root: Path) -> int:
    """Return how many files a store has, for the bar."""
    return sum(1 for folder in FOLDERS for _path in _entries(root / folder))


def carry(source: Path, target: BlobStore, digest: str, *, link: bool) -> None:
    """Bring one file into a store; Damaged when its bytes have not the digest.

    `link` makes it the same file on the same disk, after it was read, where the disk can.
    """
    if link:
        for _piece in _checked(source, digest):
            pass
        place = target.path(digest)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            place.unlink(missing_ok=True)
            place.hardlink_to(source)
            return
        except OSError:
            pass  # another disk, or one without links: copied below
    target.put(_checked(source, digest))


def fits(source: Path, digest: str) -> bool:
    """Return whether a file is there and has its digest."""
    try:
        for _piece in _checked(source, digest):
            pass
    except (OSError, Damaged):
        return False
    return True


def _checked(path: Path, digest: str) -> Iterator[bytes]:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 18):
            found.update(piece)
            yield piece
    if found.hexdigest() != digest:
        raise Damaged(digest)


def small(home: Path) -> Iterator[tuple[Path, str]]:
    """Yield (path, name) of the other files of HOME that a node needs again."""
    for path in sorted(home.iterdir()):
        if path.name in LEFT or path.name.startswith((DATABASE, ".")) or path.is_symlink():
            continue
        if path.is_file():
            yield path, path.name
        elif path.is_dir():
            for inner in sorted(path.rglob("*")):
                if inner.is_file() and not inner.is_symlink():
                    yield inner, inner.relative_to(home).as_posix()


def prune(folder: Path, keep: int) -> int:
    """Remove all sets but the newest `keep`, then the files that no set names; return the sets."""
    names = sets.names(folder)
    gone = names[:-keep]
    for name in gone:
        # A crash after the rename: what is left is swept as an unfinished set.
        away = folder / "sets" / f".part-{name}"
        (folder / "sets" / name).rename(away)
        shutil.rmtree(away)
    if gone:
        fsync_dir(folder / "sets")
        kept = [sets.listed(folder / "sets" / name) for name in sets.names(folder)]
        merged = groupby(heapq.merge(*kept), key=lambda line: line[0][:2])
        named: set[str] = set()
        at, group = next(merged, ("", iter(())))
        for prefix in FOLDERS:  # one folder's names in memory, not all
            named = set()
            if at == prefix:
                named = {digest for digest, _size in group}
                at, group = next(merged, ("", iter(())))
            for path in _entries(folder / "blobs" / prefix):
                if path.name not in named:
                    path.unlink(missing_ok=True)
    return len(gone)


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []
