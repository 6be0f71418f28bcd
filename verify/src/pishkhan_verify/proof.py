"""A proof file (C2SP tlog-proof) whose `extra` is an opening of an entry (journal.md). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pishkhan_verify import canonical
from pishkhan_verify.entry import Shown, entry_hash, opening_of
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.merkle import HASH_SIZE, root_of_path
from pishkhan_verify.note import Signed, base64, decoded, number, read_checkpoint

HEADER = "c2sp.org/tlog-proof@v1"
FAMILY = b"c2sp.org/tlog-proof@"
MOST_HASHES = 63
NOTE = "note"
HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry before the one that is proved: it holds what witnesses had cosigned by then."""

    shown: Shown
    index: int
    path: tuple[bytes, ...]
    note: Signed


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof, read: what is shown, where the leaf stands, and the checkpoint."""

    shown: Shown
    index: int
    path: tuple[bytes, ...]
    signed: Signed
    after: Anchor | None = None


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
    extra = canonical.read(base64(lines[1].removeprefix("extra ")))
    after = extra.pop("after", None) if isinstance(extra, dict) else None
    return Proof(
        shown=opening_of(extra),
        after=None if after is None else _anchor(after),
        index=number(lines[2].removeprefix("index ")),
        path=tuple(base64(line, HASH_SIZE) for line in lines[3:]),
        signed=read_checkpoint(note.encode()),
    )


def _anchor(given: Any) -> Anchor:
    if not isinstance(given, dict) or set(given) != {"index", "opening", "path"}:
        raise Unreadable("after-form")
    index, path = given["index"], given["path"]
    if type(index) is not int or index < 0 or not isinstance(path, list):
        raise Unreadable("after-form")
    if len(path) > MOST_HASHES or not all(isinstance(h, str) and HASH.fullmatch(h) for h in path):
        raise Unreadable("after-form")
    shown = opening_of(given["opening"])
    note = shown.fields.get(NOTE)
    if not isinstance(note, str):
        raise Unreadable("after-form")
    hashes = tuple(bytes.fromhex(each) for each in path)
    return Anchor(shown, index, hashes, read_checkpoint(note.encode()))


def check_inclusion(proof: Proof) -> None:
    """Check that the shown fields' entry is the leaf at the index of the checkpoint's tree.

    So is its anchor, further before. Raises Refused: `index-outside`, `path-length`, `not-in-tree`,
    `after-later`, `after-not-in-tree`. A changed field, salt or hash of a path all lead to another
    root; which of them it was can't be told.
    """
    head = proof.signed.checkpoint
    reached = root_of_path(proof.index, head.size, entry_hash(proof.shown.commit), proof.path)
    if reached != head.root:
        raise Refused("not-in-tree")
    after = proof.after
    if after is None:
        return
    if after.index >= proof.index:
        raise Refused("after-later")
    before = root_of_path(after.index, head.size, entry_hash(after.shown.commit), after.path)
    if before != head.root:
        raise Refused("after-not-in-tree")
