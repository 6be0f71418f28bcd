"""The published log in files: tiles, leaves, checkpoint (C2SP tlog-tiles).

HOME/log/<epoch>/checkpoint          the newest published one, with its cosignatures
HOME/log/<epoch>/tile/<L>/<N>        the hashes of a tile, as many as the tree has
HOME/log/<epoch>/tile/entries/<N>    its leaves, each with its length in two bytes

A tile only grows at its end, so the partial tile of an older tree is the beginning of the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from pishkhan.journal.merkle import HASH_SIZE
from pishkhan.journal.tiles import ENTRIES, FULL, Tile
from pishkhan.kernel import durable

LEAF = 35
"""Bytes of a leaf in a bundle: its length in two bytes, the version, the commitment."""


def home_of(epoch: int) -> Path:
    """Return the folder of a log."""
    home: Path = settings.HOME
    return home / "log" / str(epoch)


class Store:
    """The files of one log; reads begin at the start of a tile."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pending: dict[Path, bytes] = {}

    def checkpoint(self) -> bytes:
        """Return the published checkpoint as it is served; b"" when there is none."""
        path = self.folder / "checkpoint"
        return path.read_bytes() if path.exists() else b""

    def changed(self) -> int:
        """Return when something was published last, in the file system's own count; 0 before."""
        try:
            return (self.folder / "checkpoint").stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def publish(self, note: bytes) -> None:
        """Put the checkpoint in place of the former one, durably."""
        durable.make_dir(self.folder)
        durable.write_file(self.folder / "checkpoint", note, mode=0o644)

    def hashes(self, level: int, index: int, width: int) -> bytes:
        """Return the first `width` hashes of a tile; fewer where the file has no more."""
        return self._read("tile/" + Tile(level, index).path, width * HASH_SIZE)

    def leaves(self, index: int, width: int) -> bytes:
        """Return the first `width` leaves of a bundle; fewer where the file has no more."""
        return self._read("tile/" + Tile(ENTRIES, index).path, width * LEAF)

    def _read(self, name: str, length: int) -> bytes:
        path = self.folder / name
        if path in self._pending:
            return self._pending[path][:length]
        try:
            with path.open("rb") as file:
                return file.read(length)
        except FileNotFoundError:
            return b""

    def append(self, level: int, start: int, items: Iterable[bytes]) -> None:
        """Add hashes, or leaves, from place `start` of a level on; `sync` writes them.

        What a file holds beyond `start` is of a step that was broken off, and is replaced.
        """
        size = LEAF if level == ENTRIES else HASH_SIZE
        data = b"".join(items)
        while data:
            index, place = divmod(start, FULL)
            name = f"tile/{Tile(level, index).path}"
            before = self._read(name, place * size)
            if len(before) != place * size:
                raise FileNotFoundError(self.folder / name)
            room = (FULL - place) * size
            self._pending[self.folder / name] = before + data[:room]
            start += len(data[:room]) // size
            data = data[room:]

    def sync(self) -> None:
        """Write what was added, each file whole and durable."""
        durable.write_files(self._pending, mode=0o644)
        self._pending.clear()
