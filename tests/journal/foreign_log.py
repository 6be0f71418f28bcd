"""A log of another node, whole in memory: what it signs, proves and asks of a witness."""

from __future__ import annotations

from collections.abc import Sequence

from tests.journal.signing import Signer

from pishkhan.journal.checkpoint import Checkpoint, KeyKind, Note, sign_checkpoint
from pishkhan.journal.merkle import Subtree, consistency_proof, leaf_hash, root_of_hashes
from pishkhan.journal.witnessing import write_request

ORIGIN = "pishkhan/0199c3a1-7c00-7a10-8000-00000000000f/1"


class ForeignLog:
    """Its leaves are numbered; `word` makes them those of another history."""

    def __init__(self, origin: str = ORIGIN, seed: int = 9, word: str = "leaf") -> None:
        self.signer = Signer(origin, KeyKind.LOG, seed.to_bytes(32, "big"))
        self.key = self.signer.key
        self.word = word

    def hashes(self, size: int) -> list[bytes]:
        return [leaf_hash(f"{self.word} {n}".encode()) for n in range(size)]

    def note(self, size: int) -> Note:
        head = Checkpoint(self.key.name, size, root_of_hashes(self.hashes(size)))
        return sign_checkpoint(head, self.key, self.signer.sign)

    def proof(self, old: int, size: int) -> list[bytes]:
        hashes = self.hashes(size)

        def read(wanted: Sequence[Subtree]) -> list[bytes]:
            return [root_of_hashes(hashes[at << h : (at + 1) << h]) for h, at in wanted]

        return consistency_proof(old, size, read)

    def ask(self, old: int, size: int) -> bytes:
        return write_request(old, self.proof(old, size), self.note(size))
