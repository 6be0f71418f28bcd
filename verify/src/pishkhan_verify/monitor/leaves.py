"""The leaves of a tree: their hashes tied to its signed root, their entries, one that is sought."""

from __future__ import annotations

from collections.abc import Iterator

from pishkhan_verify.errors import Refused
from pishkhan_verify.merkle import Tree
from pishkhan_verify.note import Checkpoint
from pishkhan_verify.tiles import WIDTH, Tiles

MOST_WALKED = 1024 * WIDTH  # leaves in one walk: 8 MiB of hashes


def pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield (height, place) of the full subtrees, in order, that cover `start` … `end - 1`."""
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        yield height, start >> height
        start += 1 << height


def walk(tiles: Tiles, head: Checkpoint, start: int, end: int) -> list[bytes]:
    """Return the hashes of leaves `start` … `end - 1` after tying them to the signed root.

    The root is computed from these hashes with those of the full subtrees before and after; so
    nothing else can stand at their places. `tiles` must be of the checkpoint's size. Raises
    Refused (`tiles-other`), Unreadable as `Tiles.read`.
    """
    tree = Tree()
    for height, place in pieces(0, start):
        tree.add(tiles.subtree(height, place), height)
    found: list[bytes] = []
    for place, hashes in _tiles_of(tiles, head.size, start, end):
        first = place * WIDTH
        found += hashes[max(start - first, 0) : end - first]
    for each in found:
        tree.add(each)
    for height, place in pieces(end, head.size):
        tree.add(tiles.subtree(height, place), height)
    if tree.root() != head.root:
        raise Refused("tiles-other", size=head.size)
    return found


def check_entries(tiles: Tiles, head: Checkpoint, start: int, end: int) -> None:
    """Hash the entries of leaves that `walk` was over, from the start of the first one's bundle.

    Raises Refused (`entry-other`), Unreadable (`tile-missing`, `tile-form`).
    """
    for place, hashes in _tiles_of(tiles, head.size, start, end):
        tiles.check_entries(place, hashes)


def _tiles_of(tiles: Tiles, size: int, start: int, end: int) -> Iterator[tuple[int, list[bytes]]]:
    for place in range(start // WIDTH, -(-end // WIDTH)):
        yield place, tiles.read(0, place, min(WIDTH, size - place * WIDTH))
