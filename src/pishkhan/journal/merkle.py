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

from collections.abc import Iterator, Mapping, Sequence, Set
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
