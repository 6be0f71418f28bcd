"""Tiles: the tree's hashes in files of 256, and proofs that are read from them (C2SP tlog-tiles).

Pure: a `TileReader` is given the function that reads a tile. A tile of level *l* and index *n* has
the roots of the full subtrees of height 8·*l* with places 256·*n* … 256·*n* + 255, as far as the
tree has them. What lies between two levels is in no file: it is computed from the tile below and
kept.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from threading import Lock

from pishkhan.journal.merkle import HASH_SIZE, Reader, Subtree

HEIGHT = 8
FULL = 1 << HEIGHT
ENTRIES = -1
"""The level of the leaves themselves; their bundles are cut as the tiles of level 0."""
MOST_LEVEL = 63
MOST_LEAVES = 2**63 - 1
KEPT = 256
"""Tiles whose inner hashes a reader keeps: 16 KiB each when full."""

_PATH = re.compile(
    r"(?P<level>0|[1-9][0-9]?|entries)/(?P<index>(?:x[0-9]{3}/){0,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[1-9][0-9]{0,2}))?",
    re.ASCII,
)

ReadTile = Callable[[int, int, int], bytes]
"""Returns the first `width` hashes, 32 bytes each, of the tile (level, index, width)."""


class NoTile(ValueError):
    """This names no tile, or what was read is not the tile that was asked for."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A tile by its coordinates; `width` is how many hashes (or leaves) it has, 1 … 256.

    Raises NoTile for coordinates that no tree of at most 2⁶³ - 1 leaves has.
    """

    level: int
    index: int
    width: int = FULL

    def __post_init__(self) -> None:
        if not ENTRIES <= self.level <= MOST_LEVEL or not 1 <= self.width <= FULL:
            raise NoTile("a tile of no level, or of no width")
        if self.index < 0 or self.index << HEIGHT * (self.hashed + 1) > MOST_LEAVES:
            raise NoTile("a tile beyond the largest tree")

    @property
    def hashed(self) -> int:
        """The level whose hashes it is cut by: its own, or 0 for leaves."""
        return max(self.level, 0)

    @property
    def path(self) -> str:
        """The path below `tile/`: `<L>/<N>` or `entries/<N>`, and `.p/<W>` when partial."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        digits = str(self.index)
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        part = "" if self.width == FULL else f".p/{self.width}"
        return f"{level}/{''.join(f'x{group}/' for group in groups[:-1])}{groups[-1]}{part}"

    def is_of(self, size: int) -> bool:
        """Tell whether a tree of `size` leaves has all that is in this tile."""
        return self.width <= width(self.hashed, self.index, size)


def read_path(path: str) -> Tile:
    """Return the tile that a path below `tile/` names; NoTile for any spelling but the one."""
    found = _PATH.fullmatch(path)
    if found is None:
        raise NoTile("this is not the path of a tile")
    level = ENTRIES if found["level"] == "entries" else int(found["level"])
    index = int(found["index"].replace("x", "").replace("/", ""))
    tile = Tile(level, index, int(found["width"] or FULL))
    if tile.path != path:
        raise NoTile("this is not how the tile is written")
    return tile


def width(level: int, index: int, size: int) -> int:
    """Return how many hashes the tile has in a tree of `size` leaves: 0 when it is not there."""
    return max(0, min(FULL, (size >> HEIGHT * level) - (index << HEIGHT)))


def tiles(size: int, *, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree of `size` leaves that the tree of its first `since` had not.

    Level by level from 0, without the leaves; a tile that became wider is told anew.
    """
    level = 0
    while count := size >> HEIGHT * level:
        before = since >> HEIGHT * level
        if count > before:
            for index in range(before >> HEIGHT, -(-count >> HEIGHT)):
                yield Tile(level, index, width(level, index, size))
        level += 1


class TileReader:
    """Reads the roots of full subtrees from tiles, and keeps what it computed of `keep` of them.

    One reader serves trees of all sizes of one log, and many threads: a tile only grows, so one
    that was read wider holds what a smaller tree needs. What is computed is not checked against
    a signed root; a proof made of it is, by whoever checks the proof.
    """

    def __init__(self, read_tile: ReadTile, *, keep: int = KEPT) -> None:
        """Read by `read_tile`; with `keep` 0 nothing is kept."""
        self._read_tile = read_tile
        self._keep = keep
        self._kept: OrderedDict[tuple[int, int], Sequence[bytes]] = OrderedDict()
        self._lock = Lock()

    def at(self, size: int) -> Reader:
        """Return the reader of the tree of `size` leaves, for the proofs of `merkle`.

        It raises IndexError for a subtree that this tree has not, NoTile when a tile that was read
        has another length than its width.
        """
        return partial(self._read, size)

    def _read(self, size: int, subtrees: Sequence[Subtree]) -> list[bytes]:
        found = []
        seen: dict[tuple[int, int], Sequence[bytes]] = {}
        for height, place in subtrees:
            if place < 0 or (place + 1) << height > size:
                raise IndexError("no such subtree")
            level, rise = divmod(height, HEIGHT)
            index, offset = divmod(place, FULL >> rise)
            rows = seen.get((level, index))
            if rows is None:
                rows = seen[level, index] = self._rows(level, index, width(level, index, size))
            found.append(rows[rise][offset * HASH_SIZE : (offset + 1) * HASH_SIZE])
        return found

    def _rows(self, level: int, index: int, wanted: int) -> Sequence[bytes]:
        key = level, index
        with self._lock:
            rows = self._kept.get(key)
            if rows is not None and len(rows[0]) >= wanted * HASH_SIZE:
                self._kept.move_to_end(key)
                return rows
        data = self._read_tile(level, index, wanted)
        if len(data) != wanted * HASH_SIZE:
            raise NoTile("a tile of the wrong length")
        rows = _rise(data)
        with self._lock:
            other = self._kept.get(key)
            if other is None or len(other[0]) < len(data):
                self._kept[key] = rows
            self._kept.move_to_end(key)
            while len(self._kept) > self._keep:
                self._kept.popitem(last=False)
        return rows


def _rise(data: bytes) -> list[bytes]:
    """Return the full subtrees within a tile: their roots by height from 0, one after the other."""
    rows = [data]
    for _ in range(HEIGHT - 1):
        row = rows[-1]
        whole = len(row) & -(2 * HASH_SIZE)
        rows.append(
            b"".join(
                [
                    sha256(b"\x01" + row[i : i + 2 * HASH_SIZE]).digest()
                    for i in range(0, whole, 2 * HASH_SIZE)
                ]
            )
        )
    return rows
