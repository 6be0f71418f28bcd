"""A proof file (C2SP tlog-proof) whose `extra` is an opening of an entry (journal.md). Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pishkhan_verify.entry import Shown, entry_hash, read_opening
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.merkle import HASH_SIZE, root_of_path
from pishkhan_verify.note import Signed, base64, decoded, number, read_checkpoint

HEADER = "c2sp.org/tlog-proof@v1"
FAMILY = b"c2sp.org/tlog-proof@"
MOST_HASHES = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof, read: what is shown, where the leaf stands, and the checkpoint."""

    shown: Shown
    index: int
    path: tuple[bytes, ...]
    signed: Signed


def read(data: bytes) -> Proof:
    """Return the parts of a proof file.

    Raises Unreadable (`proof-form`, `proof-extra`, and what openings and checkpoints raise).
    """
    head, gap, note = decoded(data).partition("\n\n")
    if not gap:
        raise Unreadable("proof-form")
    lines = head.split("\n")
    if lines[0] != HEADER:
        raise Unreadable("proof-form")
    if len(lines) < 2 or not lines[1].startswith("extra "):
        raise Unreadable("proof-extra")
    if len(lines) < 3 or not lines[2].startswith("index ") or len(lines) > 3 + MOST_HASHES:
        raise Unreadable("proof-form")
    return Proof(
        shown=read_opening(base64(lines[1].removeprefix("extra "))),
        index=number(lines[2].removeprefix("index ")),
        path=tuple(base64(line, HASH_SIZE) for line in lines[3:]),
        signed=read_checkpoint(note.encode()),
    )


def check_inclusion(proof: Proof) -> None:
    """Check that the shown fields' entry is the leaf at the index of the checkpoint's tree.

    Raises Refused: `index-outside`, `path-length`, `not-in-tree`. A changed field, salt or hash of
    the path all lead to another root; which of them it was can't be told.
    """
    head = proof.signed.checkpoint
    reached = root_of_path(proof.index, head.size, entry_hash(proof.shown.commit), proof.path)
    if reached != head.root:
        raise Refused("not-in-tree")
