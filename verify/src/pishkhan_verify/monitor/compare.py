"""Two signed checkpoints of one log: the same, one the beginning of the other, or two histories."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pishkhan_verify.errors import Refused, Trouble, Unreadable
from pishkhan_verify.monitor.sources import Source, SourceTiles
from pishkhan_verify.note import Checkpoint
from pishkhan_verify.tiles import both_roots

SAME, BEGINS, FORK, UNKNOWN = "same", "begins", "fork", "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`trouble` says why it is UNKNOWN; `tiles` are those that show the rest, or do not fit."""

    kind: str
    trouble: Trouble | None = None
    tiles: Mapping[str, bytes] = field(default_factory=dict)


def compare(one: Checkpoint, other: Checkpoint, sources: Sequence[Source]) -> Verdict:
    """Return how two signed checkpoints of one origin stand to each other.

    The tiles of any source will do: those that give the larger one's signed root also give the
    root that the smaller size had in that history, and no other.
    """
    old, new = sorted((one, other), key=lambda head: head.size)
    if old.size == new.size:
        return Verdict(SAME if old.root == new.root else FORK)
    found = Verdict(UNKNOWN, Unreadable("tiles-nowhere", size=new.size))
    for source in sources:
        tiles = SourceTiles(source, new.size)
        try:
            before, after = both_roots(tiles, old.size)
        except Unreadable as trouble:
            if found.tiles:
                continue
            found = Verdict(UNKNOWN, trouble)
            continue
        if after == new.root:
            return Verdict(BEGINS if before == old.root else FORK, None, tiles.used)
        found = Verdict(UNKNOWN, Refused("tiles-other", size=new.size), tiles.used)
    return found
