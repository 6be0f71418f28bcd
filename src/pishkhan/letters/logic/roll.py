"""The list of those a circular goes to, signed once: one hash over all, and each one's proof.

A list of thousands does not travel to each of them. The signature covers the root of a Merkle
tree over the list (journal/merkle.py, RFC 9162); a receiver gets its own line and the hashes
that lead from there to the root, some twelve for the villages of a province.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pishkhan.journal.merkle import (
    HASH_SIZE,
    BadProof,
    leaf_hash,
    node_hash,
    split_point,
    subset_root,
)
from pishkhan.journal.merkle import root as root_of
from pishkhan.kernel import canonical
from pishkhan.letters.logic import wire

MOST_RECEIVERS = 5_000
"""Bodies that one circular goes to; a province has some 3,000 villages."""

_DEEPEST = 16


def line(agency_id: UUID | str, name: str) -> bytes:
    """Return one line of the list as it is hashed: the body's id and its name."""
    return canonical.dumps({"agency": str(agency_id), "name": name})


def root(lines: Sequence[bytes]) -> str:
    """Return the hash over the list, hexadecimal."""
    return root_of(lines).hex()


def proofs(lines: Sequence[bytes]) -> list[list[str]]:
    """Return for each line the hashes that lead from it to the root, in the tree's order."""
    hashes = [leaf_hash(each) for each in lines]
    found: list[list[bytes]] = [[] for _ in hashes]

    def walk(start: int, end: int) -> bytes:
        """Hash a part of the list, and give each half's hash to every line of the other."""
        if end - start == 1:
            return hashes[start]
        middle = start + split_point(end - start)
        left, right = walk(start, middle), walk(middle, end)
        for n in range(start, middle):
            found[n].append(right)
        for n in range(middle, end):
            found[n].insert(0, left)
        return node_hash(left, right)

    if hashes:
        walk(0, len(hashes))
    return [[each.hex() for each in proof] for proof in found]


def check(covered: Mapping[str, Any], told: Mapping[str, Any], agency_id: UUID) -> None:
    """Pass where the signed list has this agency at the place that the message says.

    Raises Invalid (`letters.bad-message`).
    """
    place = wire.whole(told, "place", most=MOST_RECEIVERS)
    given = told.get("proof")
    if not isinstance(given, list) or len(given) > _DEEPEST:
        raise wire.bad_message()
    proof = [wire.octets({"hash": each}, "hash", HASH_SIZE) for each in given]
    shown = {place: line(agency_id, wire.exact(told, "name", 200))}
    try:
        reached = subset_root(covered["size"], shown, proof)
    except BadProof:
        raise wire.bad_message() from None
    if reached.hex() != covered["root"]:
        raise wire.bad_message()
