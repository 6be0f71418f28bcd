"""The Merkle log in memory: growing, proving, checking, at a million leaves.

`python -m pishkhan.node.bench.log_tree LEAVES` in a node's environment prints JSON: medians
in milliseconds, growth in leaves a second. No row and no file: hashing and signatures are left.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

from pishkhan.journal import checkpoint as c
from pishkhan.journal.commitment import compose, make_opening
from pishkhan.journal.merkle import (
    HASH_SIZE,
    grow,
    inclusion_proof,
    leaf_hash,
    root_of_edge,
    root_of_inclusion,
)
from pishkhan.journal.promise import entry_leaf
from pishkhan.journal.tiles import TileReader

ROUNDS = 400
CHUNK = 20_480
"""Leaves that grow at once: what `publish` derives at once."""


def main() -> None:
    """Measure a tree of so many leaves and print the figures."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    json.dump(measure(int(sys.argv[1])), sys.stdout)


def measure(leaves: int) -> dict[str, float]:
    """Return the figures of a tree of `leaves` random leaves, the last one an entry of its own."""
    commit, opened = _entry()
    hashes = [leaf_hash(os.urandom(33)) for _ in range(leaves - 1)]
    hashes.append(leaf_hash(entry_leaf(commit)))
    tiles: dict[int, bytearray] = {level: bytearray() for level in range(0, 64, 8)}
    size, edge = 0, tuple[bytes, ...]()
    began = time.perf_counter()
    for start in range(0, leaves, CHUNK):
        grown = grow(size, edge, hashes[start : start + CHUNK], frozenset(tiles))
        size, edge = grown.size, grown.edge
        for height, row in grown.rows.items():
            tiles[height] += b"".join(row)
    grew = leaves / (time.perf_counter() - began)
    root = root_of_edge(edge)

    def read(level: int, index: int, width: int) -> bytes:
        start = index * 256 * HASH_SIZE
        return bytes(tiles[level * 8][start : start + width * HASH_SIZE])

    chance = random.Random(leaves)
    places = [chance.randrange(leaves) for _ in range(ROUNDS)]
    warm = TileReader(read, keep=10_000)
    for place in places:
        inclusion_proof(place, size, warm.at(size))
    cold = TileReader(read, keep=0)
    paths = [inclusion_proof(place, size, warm.at(size)) for place in places]
    note, keys, fits = _cosigned(size, root)
    path = inclusion_proof(leaves - 1, size, warm.at(size))

    def verdict(_n: int) -> None:
        head = c.checkpoint_of(note, keys[0], fits)
        times = [c.cosigned_at(note, key, fits) for key in keys[1:]]
        leaf = leaf_hash(entry_leaf(opened()))
        assert root_of_inclusion(leaves - 1, size, leaf, path) == head.root
        assert all(times)

    def checked(n: int) -> None:
        assert root_of_inclusion(places[n], size, hashes[places[n]], paths[n]) == root

    return {
        "leaves": leaves,
        "grow_a_second": grew,
        "proof_warm_ms": _median(lambda n: inclusion_proof(places[n], size, warm.at(size))),
        "proof_cold_ms": _median(lambda n: inclusion_proof(places[n], size, cold.at(size))),
        "path_check_ms": _median(checked),
        "verdict_ms": _median(verdict),
    }


def _median(one: Callable[[int], Any]) -> float:
    took = []
    for n in range(ROUNDS):
        began = time.perf_counter()
        one(n)
        took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def _entry() -> tuple[bytes, Callable[[], bytes]]:
    """Return an entry's commitment, and what computes it from an opening of two of its fields."""
    from pishkhan.journal.merkle import subset_root

    header = {"actor": "system", "at": "x", "kind": "a.b", "node": "n", "subject": "s"}
    fields = {f"f{n}": n for n in range(18)}
    salts = os.urandom(32 * 23)
    commit = compose(header, fields, salts).commit
    opening = make_opening(
        {**header, **fields}, salts, erased=frozenset(), show=frozenset({"kind", "f3"})
    )

    def again() -> bytes:
        from pishkhan.journal.commitment import field_hash, value_text

        shown = {
            each.place: field_hash(each.salt, each.name, value_text(each.value).encode())
            for each in opening.shown
        }
        return subset_root(opening.size, shown, opening.proof)

    assert again() == commit
    return commit, again


def _cosigned(size: int, root: bytes) -> tuple[c.Note, list[c.NoteKey], c.Verify]:
    """Return a checkpoint that a log signed and two witnesses cosigned, with the keys."""
    from pishkhan.sealing import api as sealing

    origin = "pishkhan/bench/1"
    log, *others = (sealing.witness_key(number) for number in (1, 2, 3))  # of this throwaway home
    keys = [c.NoteKey(origin, c.KeyKind.LOG, log.public)]
    note = c.sign_checkpoint(c.Checkpoint(origin, size, root), keys[0], log.sign)
    lines = []
    for n, other in enumerate(others):
        keys.append(c.NoteKey(f"witness/{n}", c.KeyKind.WITNESS, other.public))
        lines.append(c.cosign(note.text, keys[-1], other.sign, seconds=1_790_000_000))
    return note.with_lines(lines), keys, sealing.fits


if __name__ == "__main__":
    main()
