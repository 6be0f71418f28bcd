"""The hashes of a log as files (C2SP tlog-tiles): the whole tree, or the beginning of another.

A tile holds up to 256 hashes of one level; those of level L are roots over 256**L leaves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.merkle import EMPTY, HASH_SIZE, Tree, larger_half, leaf_hash, node_hash, root

WIDTH = 256
HEIGHT = 8
ENTRIES = "entries"
MOST_BUNDLE = 4 * 1024 * 1024  # ours have 8,960 bytes


def name_of(level: int | str, place: int, width: int) -> str:
    """Return a tile's path below `tile/`: `1/x001/x234/067.p/5`; level `entries` is for bundles."""
    digits = f"{place:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    partial = "" if width == WIDTH else f".p/{width}"
    return f"{level}/" + "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:]) + partial


def split_bundle(data: bytes) -> list[bytes] | None:
    """Return the entries of a bundle, each behind its length in two bytes; None when cut off."""
    entries, at = [], 0
    while at < len(data):
        end = at + 2 + int.from_bytes(data[at : at + 2], "big")
        if end > len(data) or at + 2 > len(data):
            return None
        entries.append(data[at + 2 : end])
        at = end
    return entries


class Tiles:
    """A folder that holds `tile/`, or is it; read as the tiles of a tree of `size` leaves."""

    def __init__(self, folder: Path, size: int) -> None:
        self.folder = folder / "tile" if (folder / "tile").is_dir() else folder
        self.size = size

    def widths(self, level: int) -> Iterator[int]:
        """Yield the width of each tile of a level, in order."""
        count = self.size >> HEIGHT * level
        for _ in range(count // WIDTH):
            yield WIDTH
        if count % WIDTH:
            yield count % WIDTH

    def read(self, level: int, place: int, width: int) -> list[bytes]:
        """Return a tile's hashes; a full tile stands in for a partial one that is gone.

        Raises Unreadable (`tile-missing`, `tile-form`).
        """
        for there in dict.fromkeys((width, WIDTH)):
            data = self._file(name_of(level, place, there), there)
            if data is not None:
                return [data[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]
        raise Unreadable("tile-missing", name=name_of(level, place, width))

    def _file(self, name: str, width: int) -> bytes | None:
        data = self.raw(name, width * HASH_SIZE)
        if data is not None and len(data) != width * HASH_SIZE:
            raise Unreadable("tile-form", name=name)
        return data

    def raw(self, name: str, most: int) -> bytes | None:
        """Return a file below `tile/`, cut behind `most` + 1 bytes; None when unreadable."""
        path = self.folder / name
        if not path.is_file():
            return None
        try:
            with path.open("rb") as file:
                return file.read(most + 1)
        except OSError:
            return None

    def has_entries(self) -> bool:
        """Return whether bundles of entries lie beside the tiles."""
        return (self.folder / ENTRIES).is_dir()

    def check_entries(self, place: int, hashes: Sequence[bytes]) -> None:
        """Compare a bundle with the level-0 hashes of its tile (tlog-tiles, Log entries).

        Raises Refused (`entry-other`), Unreadable (`tile-missing`, `tile-form`).
        """
        for there in dict.fromkeys((len(hashes), WIDTH)):
            name = name_of(ENTRIES, place, there)
            data = self.raw(name, MOST_BUNDLE)
            if data is None:
                continue
            entries = split_bundle(data)
            if entries is None or len(entries) != there:
                raise Unreadable("tile-form", name=name)
            for at, (entry, told) in enumerate(zip(entries, hashes, strict=False)):
                if leaf_hash(entry) != told:
                    raise Refused("entry-other", index=place * WIDTH + at)
            return
        raise Unreadable("tile-missing", name=name_of(ENTRIES, place, len(hashes)))

    def subtree(self, height: int, place: int) -> bytes:
        """Return the root of a full subtree, from the highest tile that has hashes of it."""
        level, rest = divmod(height, HEIGHT)
        tile, first = divmod(place << rest, WIDTH)
        width = min(WIDTH, (self.size >> HEIGHT * level) - tile * WIDTH)
        return root(self.read(level, tile, width)[first : first + (1 << rest)])

    def part(self, start: int, end: int) -> bytes:
        """Return the root over leaves `start` … `end - 1` where these are a node of the tree."""
        tree = Tree()
        while start < end:
            height = (end - start).bit_length() - 1
            tree.add(self.subtree(height, start >> height), height)
            start += 1 << height
        return tree.root()


def whole_root(tiles: Tiles) -> bytes:
    """Return the root over the level-0 tiles, after comparing every upper tile with them.

    Reads each tile once, in order; memory is 32 bytes for every 256 leaves. Where entries lie
    beside the tiles, each is hashed and compared. Raises Refused (`tile-other`, `entry-other`)
    for one that holds something else, Unreadable as `Tiles.read`.
    """
    tree = Tree()
    with_entries = tiles.has_entries()
    above: list[bytes] = []
    for place, width in enumerate(tiles.widths(0)):
        hashes = tiles.read(0, place, width)
        if with_entries:
            tiles.check_entries(place, hashes)
        if width == WIDTH:
            above.append(root(hashes))
            tree.add(above[-1], HEIGHT)
        else:
            for each in hashes:
                tree.add(each)
    level = 1
    while above:
        below, above = above, []
        for place, width in enumerate(tiles.widths(level)):
            hashes = below[place * WIDTH : place * WIDTH + width]
            if tiles.read(level, place, width) != hashes:
                raise Refused("tile-other", name=name_of(level, place, width))
            if width == WIDTH:
                above.append(root(hashes))
        level += 1
    return tree.root()


def both_roots(tiles: Tiles, old: int) -> tuple[bytes, bytes]:
    """Return the roots over the first `old` leaves, and over all, made from the same hashes.

    These hashes are a consistency proof (RFC 9162, 2.1.4) with the first one always in it. When
    the second root is the signed one, the first is what the tree had at that size, whoever gave
    the tiles; so a different signed root is a second history.
    """
    if not old:
        return EMPTY, tiles.part(0, tiles.size)
    start, end = 0, tiles.size
    beside: list[tuple[bool, int, int]] = []  # left of the way down, or right
    while end != old:
        middle = start + larger_half(end - start)
        if old > middle:
            beside.append((True, start, middle))
            start = middle
        else:
            beside.append((False, middle, end))
            end = middle
    before = after = tiles.part(start, end)
    for left, first, last in reversed(beside):
        found = tiles.part(first, last)
        if left:
            before, after = node_hash(found, before), node_hash(found, after)
        else:
            after = node_hash(after, found)
    return before, after
