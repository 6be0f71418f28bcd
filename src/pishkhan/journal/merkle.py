"""Merkle hashing: root of a list, and a compact proof for any subset of its leaves.

Pure. Hashing is RFC 9162, section 2.1.1 (the same as RFC 6962, section 2.1, with SHA-256):

    MTH({})      = SHA-256()
    MTH({d[0]})  = SHA-256(0x00 || d[0])
    MTH(D[n])    = SHA-256(0x01 || MTH(D[0:k]) || MTH(D[k:n])),
                   k the largest power of two smaller than n (k < n <= 2k)

The prover (`subset_proof`) and its checker (`subset_root`) stand side by side and walk the same
tree: a subtree that holds no shown leaf is given as its one hash, in order from left to right.
For a single leaf that is the audit path of RFC 9162, section 2.1.3, in tree order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from hashlib import sha256

HASH_SIZE = 32


class BadProof(ValueError):
    """The proof does not have the shape that the tree asks for."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf: `SHA-256(0x00 || data)`; RFC 9162, section 2.1.1."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node: `SHA-256(0x01 || left || right)`."""
    return sha256(b"\x01" + left + right).digest()


def split_point(size: int) -> int:
    """Return the largest power of two smaller than `size` (size > 1)."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf *data*; `SHA-256()` for none."""
    return root_of_hashes([leaf_hash(data) for data in leaves])


def root_of_hashes(hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaf *hashes*.

    Works level by level: pairing neighbours and carrying an odd last node up unchanged gives
    the same tree as the recursive definition, because its left part is always full.
    """
    if not hashes:
        return sha256(b"").digest()
    level = list(hashes)
    while len(level) > 1:
        paired = [
            sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)
        ]
        if len(level) & 1:
            paired.append(level[-1])
        level = paired
    return level[0]


def subset_proof(leaves: Sequence[bytes], shown: Set[int]) -> list[bytes]:
    """Return the hashes that, with the shown leaves' data, give the root.

    `shown` holds indexes into `leaves`. Raises IndexError for one outside.
    """
    if any(not 0 <= index < len(leaves) for index in shown):
        raise IndexError("no such leaf")
    hashes = [leaf_hash(data) for data in leaves]
    proof: list[bytes] = []

    def walk(start: int, end: int) -> None:
        if not any(start <= index < end for index in shown):
            proof.append(root_of_hashes(hashes[start:end]))
        elif end - start > 1:
            middle = start + split_point(end - start)
            walk(start, middle)
            walk(middle, end)

    if leaves:
        walk(0, len(leaves))
    return proof


def subset_root(size: int, shown: Mapping[int, bytes], proof: Sequence[bytes]) -> bytes:
    """Return the root that shown leaves (index → data) and a proof lead to.

    Raises BadProof when the proof has too few, too many or ill-sized hashes, or when an index
    lies outside a tree of `size` leaves.
    """
    if size < 0 or any(not 0 <= index < size for index in shown):
        raise BadProof("an index outside the tree")
    if any(len(item) != HASH_SIZE for item in proof):
        raise BadProof("a hash of the wrong size")
    given = iter(proof)
    reached = sha256(b"").digest() if size == 0 else _walk_up(0, size, shown, given)
    if next(given, None) is not None:
        raise BadProof("hashes left over")
    return reached


def _walk_up(start: int, end: int, shown: Mapping[int, bytes], given: Iterator[bytes]) -> bytes:
    if not any(start <= index < end for index in shown):
        found = next(given, None)
        if found is None:
            raise BadProof("a hash is missing")
        return found
    if end - start == 1:
        return leaf_hash(shown[start])
    middle = start + split_point(end - start)
    return node_hash(_walk_up(start, middle, shown, given), _walk_up(middle, end, shown, given))


# --- a tree that grows ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Grown:
    """What became of a tree: its size, its edge, and the full subtrees that came new.

    `edge` holds the roots of the full subtrees that the size consists of, the largest first; so
    it has one hash for every 1 in the size's binary form. `rows` gives, for each height that was
    asked for, the roots of the full subtrees of that height that are new, in their order.
    """

    size: int
    edge: tuple[bytes, ...]
    rows: Mapping[int, Sequence[bytes]]


def grow(
    size: int, edge: Sequence[bytes], hashes: Sequence[bytes], heights: Set[int] = frozenset()
) -> Grown:
    """Return the tree of `size` leaves with these leaf hashes added; O(1) hashes a leaf.

    It is addition in binary: where a height has a subtree waiting on the left, the new row's
    first joins it; a row's odd last waits in its turn. Raises ValueError when the edge is not of
    a tree of that size.
    """
    if len(edge) != size.bit_count() or size < 0:
        raise ValueError("the edge does not fit the size")
    waiting = dict(zip(_heights(size), edge, strict=True))
    row = list(hashes)
    rows: dict[int, Sequence[bytes]] = {}
    height = 0
    while row or height <= max(heights, default=-1):
        if height in heights:
            rows[height] = tuple(row)
        if row and height in waiting:
            row.insert(0, waiting.pop(height))
        if len(row) & 1:
            waiting[height] = row.pop()
        row = [sha256(b"\x01" + row[i] + row[i + 1]).digest() for i in range(0, len(row), 2)]
        height += 1
    return Grown(
        size=size + len(hashes),
        edge=tuple(waiting[height] for height in sorted(waiting, reverse=True)),
        rows=rows,
    )


def _heights(size: int) -> list[int]:
    """Return the heights of the full subtrees that a size consists of, the largest first."""
    return [height for height in range(size.bit_length() - 1, -1, -1) if size >> height & 1]


def root_of_edge(edge: Sequence[bytes]) -> bytes:
    """Return the root of the tree with this edge."""
    if not edge:
        return sha256(b"").digest()
    reached = edge[-1]
    for left in reversed(edge[:-1]):
        reached = node_hash(left, reached)
    return reached


# --- proofs of a large tree, whose hashes lie elsewhere ------------------------------------------

Subtree = tuple[int, int]
"""A full subtree: its height, and its place among those of the same height."""
Reader = Callable[[Sequence[Subtree]], Sequence[bytes]]
"""Returns the roots of full subtrees, in the order asked; where they lie is its own affair."""


def subtrees(start: int, end: int) -> list[Subtree]:
    """Return the full subtrees that leaves `start` … `end - 1` consist of, from left to right.

    `start` is a multiple of the largest of them, as it is for every part of a tree.
    """
    found = []
    while start < end:
        height = (end - start).bit_length() - 1
        found.append((height, start >> height))
        start += 1 << height
    return found


def _read_parts(parts: Sequence[tuple[int, int]], read: Reader) -> list[bytes]:
    """Return the root of each part `start, end` of a tree, all read in one go."""
    wanted = [subtrees(start, end) for start, end in parts]
    given = iter(read([subtree for each in wanted for subtree in each]))
    return [root_of_edge([next(given) for _ in each]) for each in wanted]


def tree_root(size: int, read: Reader) -> bytes:
    """Return MTH(D[size]) (RFC 9162, 2.1.1)."""
    return _read_parts([(0, size)], read)[0]


def inclusion_proof(index: int, size: int, read: Reader) -> list[bytes]:
    """Return PATH(index, D[size]) (RFC 9162, 2.1.3.1), from the leaf's sibling to the root's child.

    Raises IndexError when the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise IndexError("no such leaf")
    parts = []
    start, end = 0, size
    while end - start > 1:
        middle = start + split_point(end - start)
        if index < middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start = middle
    return _read_parts(parts[::-1], read)


def root_of_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that a leaf *hash* and its path lead to (RFC 9162, 2.1.3.2).

    Raises BadProof for an index outside the tree, and for too many, too few or ill-sized hashes.
    """
    if not 0 <= index < size:
        raise BadProof("an index outside the tree")
    _check_sizes([leaf, *proof])
    node, last = index, size - 1
    reached = leaf
    for sibling in proof:
        if last == 0:
            raise BadProof("hashes left over")
        if node & 1 or node == last:
            reached = sha256(b"\x01" + sibling + reached).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = sha256(b"\x01" + reached + sibling).digest()
        node, last = node >> 1, last >> 1
    if last:
        raise BadProof("a hash is missing")
    return reached


def consistency_proof(old: int, size: int, read: Reader) -> list[bytes]:
    """Return PROOF(old, D[size]) (RFC 9162, 2.1.4.1); empty for an old size of 0 or the size.

    Raises IndexError when the old size is larger.
    """
    if not 0 <= old <= size:
        raise IndexError("the old tree is the larger one")
    if old in (0, size):
        return []
    parts = []
    start, end, whole = 0, size, True
    while old != end:
        middle = start + split_point(end - start)
        if old <= middle:
            parts.append((middle, end))
            end = middle
        else:
            parts.append((start, middle))
            start, whole = middle, False
    if not whole:
        parts.append((start, end))
    return _read_parts(parts[::-1], read)


def check_consistency(
    old: int, size: int, old_root: bytes, root_now: bytes, proof: Sequence[bytes]
) -> None:
    """Check that the tree of `size` begins with the tree of `old` leaves (RFC 9162, 2.1.4.2).

    The empty tree is the beginning of any (C2SP tlog-witness). Raises BadProof with the reason.
    """
    if not 0 <= old <= size:
        raise BadProof("the old tree is the larger one")
    _check_sizes([old_root, root_now, *proof])
    if old in (0, size):
        _check_trivial(old, size, old_root, root_now, proof)
        return
    hashes = list(proof) if old & (old - 1) else [old_root, *proof]
    if not hashes:
        raise BadProof("a hash is missing")
    node, last = old - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise BadProof("hashes left over")
        if node & 1 or node == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise BadProof("a hash is missing")
    if (before, after) != (old_root, root_now):
        raise BadProof("the proof does not lead to both roots")


def _check_trivial(
    old: int, size: int, old_root: bytes, root_now: bytes, proof: Sequence[bytes]
) -> None:
    if proof:
        raise BadProof("hashes left over")
    if old == 0 and old_root != sha256(b"").digest():
        raise BadProof("this is not the root of the empty tree")
    if old == size and old_root != root_now:
        raise BadProof("two roots for one size")


def _check_sizes(hashes: Iterable[bytes]) -> None:
    if any(len(item) != HASH_SIZE for item in hashes):
        raise BadProof("a hash of the wrong size")
