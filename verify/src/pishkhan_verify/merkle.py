"""Merkle tree hashes (RFC 9162, section 2.1, with SHA-256; the same as RFC 6962). Pure.

Hashes are 32 bytes. Paths are checked for their exact length: none missing, none left over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256

from pishkhan_verify.errors import Refused

HASH_SIZE = 32
EMPTY = sha256().digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf's data (2.1.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above two others (2.1.1)."""
    return sha256(b"\x01" + left + right).digest()


def larger_half(count: int) -> int:
    """Return how many of `count` leaves (2 or more) stand left of the top node."""
    half = 1
    while half * 2 < count:
        half *= 2
    return half


class Tree:
    """Takes leaf hashes one by one and keeps only the roots of its full subtrees."""

    def __init__(self) -> None:
        self._full: list[tuple[int, bytes]] = []  # (height, root), the heights falling

    def add(self, reached: bytes, height: int = 0) -> None:
        """Take the root of the next full subtree; all taken before must be at least as high."""
        while self._full and self._full[-1][0] == height:
            reached = node_hash(self._full.pop()[1], reached)
            height += 1
        self._full.append((height, reached))

    def root(self) -> bytes:
        """Return the root over all that was taken; that of the empty tree for nothing."""
        if not self._full:
            return EMPTY
        reached = self._full[-1][1]
        for _height, left in reversed(self._full[:-1]):
            reached = node_hash(left, reached)
        return reached


def root(hashes: Iterable[bytes]) -> bytes:
    """Return MTH over leaf *hashes* (2.1.1)."""
    tree = Tree()
    for each in hashes:
        tree.add(each)
    return tree.root()


def turns(index: int, size: int) -> list[bool]:
    """Return the way from the top down to a leaf: True where it goes right (0 <= index < size).

    Its length is the length of the leaf's inclusion path.
    """
    way = []
    while size > 1:
        left = larger_half(size)
        right = index >= left
        way.append(right)
        index, size = (index - left, size - left) if right else (index, left)
    return way


def root_of_path(index: int, size: int, reached: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf hash and its inclusion path (2.1.3.1, leaf first) lead to.

    Raises Refused: `index-outside` when the tree has no such leaf, `path-length`.
    """
    if not 0 <= index < size:
        raise Refused("index-outside", index=index, size=size)
    way = turns(index, size)
    if len(path) != len(way):
        raise Refused("path-length")
    for right, beside in zip(reversed(way), path, strict=True):
        reached = node_hash(beside, reached) if right else node_hash(reached, beside)
    return reached


def root_of_shown(size: int, shown: Mapping[int, bytes], proof: Sequence[bytes]) -> bytes:
    """Return the root that shown leaves (place to leaf hash) and the hashes of the rest lead to.

    The hashes stand in tree order, left part first, one for each largest subtree that has no
    shown leaf (journal-entry.md, Opening). Raises Refused (`opening-length`).
    """
    given = iter(proof)
    reached = _shown(0, size, shown, sorted(shown), given)
    if next(given, None) is not None:
        raise Refused("opening-length")
    return reached


def _shown(
    start: int, size: int, shown: Mapping[int, bytes], places: list[int], given: Iterator[bytes]
) -> bytes:
    next_shown = bisect_left(places, start)
    if next_shown == len(places) or places[next_shown] >= start + size:
        hidden = next(given, None)
        if hidden is None:
            raise Refused("opening-length")
        return hidden
    if size == 1:
        return shown[start]
    left = larger_half(size)
    first = _shown(start, left, shown, places, given)
    return node_hash(first, _shown(start + left, size - left, shown, places, given))
