"""The watched folder: a scanner's own program writes files there, they appear as pages.

A file is complete when its size and time stood still between two looks at least two seconds
apart and its end is a file's end. It goes into `done` once it is in the letter's store.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Tuple

from pishkhan_desk.errors import Trouble

STILL = 2.0
CLAIM = 120.0
"""Seconds a file that one page fetched is shown to no other."""

MOST_SHOWN = 50
MOST_BYTES = 256 * 2**20
DONE = "done"
ENDINGS = (".pdf", ".jpg", ".jpeg", ".png", ".tif", ".tiff")
DAY = 24 * 3600.0

Look = Tuple[int, int]  # bytes, time of change in ns


@dataclass(frozen=True)
class Paper:
    """A complete file: an id that is good while the file does not change, its name, its bytes."""

    id: str
    name: str
    size: int


class Folder:
    """Looks at the folder when it is asked; nothing runs meanwhile."""

    def __init__(self, path: Path, *, still: float = STILL) -> None:
        self.path = path
        self.still = still
        self._seen: dict[str, tuple[Look, float]] = {}
        self._claims: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def papers(self, asker: str = "") -> list[Paper]:
        """Return the complete files that no other asker fetched just now, by name.

        Raises Trouble `folder.absent`.
        """
        with self._lock:
            found = [paper for paper, _path in self._whole()]
            now = time.monotonic()
            self._claims = {k: v for k, v in self._claims.items() if now - v[1] < CLAIM}
            free = [p for p in found if self._claims.get(p.id, (asker, 0.0))[0] == asker]
            return free[:MOST_SHOWN]

    def fetch(self, paper: str, asker: str = "") -> tuple[Paper, bytes]:
        """Return a file and keep others off it; raise Trouble `folder.gone`."""
        with self._lock:
            row, path = self._find(paper)
            holder = self._claims.get(paper)
            if holder and holder[0] != asker and time.monotonic() - holder[1] < CLAIM:
                raise Trouble("folder.gone", 404)
            self._claims[paper] = (asker, time.monotonic())
        try:
            return row, path.read_bytes()
        except OSError:
            raise Trouble("folder.gone", 404) from None

    def done(self, paper: str, asker: str = "") -> None:
        """Move a file that is in the store into `done`; done twice is done once."""
        with self._lock:
            try:
                _row, path = self._find(paper)
            except Trouble:
                return
            if self._claims.get(paper, (asker, 0.0))[0] != asker:
                return
            place = self.path / DONE
            place.mkdir(exist_ok=True)
            target, n = place / path.name, 1
            while target.exists():
                n += 1
                target = place / f"{path.stem}-{n}{path.suffix}"
            try:
                path.rename(target)
                os.utime(target)  # its days are counted from now
            except OSError:
                raise Trouble("folder.stays", 409) from None
            self._claims.pop(paper, None)

    def clear(self, days: int) -> int:
        """Remove done files that are older than `days`; return how many."""
        place, gone = self.path / DONE, 0
        if not place.is_dir():
            return 0
        for path in place.iterdir():
            if path.is_file() and time.time() - path.stat().st_mtime > days * DAY:
                path.unlink()
                gone += 1
        return gone

    def _find(self, paper: str) -> tuple[Paper, Path]:
        for row, path in self._whole():
            if row.id == paper:
                return row, path
        raise Trouble("folder.gone", 404)

    def _whole(self) -> list[tuple[Paper, Path]]:
        try:
            entries = sorted(self.path.iterdir(), key=lambda p: p.name)
        except OSError:
            raise Trouble("folder.absent", 409) from None
        now, present, found = time.monotonic(), {}, []
        for path in entries:
            if path.name.startswith((".", "~")) or path.suffix.lower() not in ENDINGS:
                continue
            try:
                state = path.lstat()
            except OSError:
                continue
            # A link could lead to any file of this user.
            if not path.is_file() or path.is_symlink() or not 0 < state.st_size <= MOST_BYTES:
                continue
            look = (state.st_size, state.st_mtime_ns)
            before = self._seen.get(path.name)
            since = before[1] if before and before[0] == look else now
            present[path.name] = (look, since)
            if now - since >= self.still and is_whole(path):
                told = f"{path.name}\0{look[0]}\0{look[1]}"
                key = hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]
                found.append((Paper(key, path.name, look[0]), path))
        self._seen = present
        return found


def is_whole(path: Path) -> bool:
    """Return True when a file begins and ends as its kind does and nobody else is writing it."""
    try:
        # Windows refuses this while the scanner's program still writes.
        with path.open("r+b" if os.access(path, os.W_OK) else "rb") as file:
            head = file.read(8)
            file.seek(max(0, path.stat().st_size - 2048))
            tail = file.read()
    except OSError:
        return False
    if head.startswith(b"%PDF"):
        return b"%%EOF" in tail
    if head.startswith(b"\xff\xd8\xff"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail
    return head.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"))
