"""A witness of another node, in memory: it checks and signs as C2SP tlog-witness asks."""

from __future__ import annotations

from hashlib import sha256

from tests.journal.signing import Signer

from pishkhan.journal.checkpoint import KeyKind, cosign
from pishkhan.journal.contracts import Answer
from pishkhan.journal.merkle import BadProof, check_consistency
from pishkhan.journal.witnessing import read_request
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Unavailable


class OtherWitness:
    """`down` makes it silent; `says` is an answer that it gives to everything."""

    def __init__(self, seed: int) -> None:
        name = f"pishkhan-witness/0199c3a1-7c00-7a10-8000-0000000000{seed:02x}/1"
        self.signer = Signer(name, KeyKind.WITNESS, seed.to_bytes(32, "big"))
        self.key = self.signer.key
        self.size, self.root = 0, sha256(b"").digest()
        self.down = False
        self.says: Answer | None = None
        self.bodies: list[bytes] = []

    def take(self, body: bytes) -> Answer:
        self.bodies.append(body)
        if self.down:
            raise Unavailable("node.witness-silent")
        if self.says is not None:
            return self.says
        request = read_request(body)
        if request.old != self.size:
            return Answer(409, f"{self.size}\n".encode())
        try:
            head = request.head
            check_consistency(self.size, head.size, self.root, head.root, request.proof)
        except BadProof:
            return Answer(422, b"no\n")
        self.size, self.root = head.size, head.root
        now = int(clock.current().now().timestamp())
        return Answer(
            200, str(cosign(request.note.text, self.key, self.signer.sign, seconds=now)).encode()
        )

    def line(self, note: str, seconds: int = 1_795_000_000) -> bytes:
        return str(cosign(note, self.key, self.signer.sign, seconds=seconds)).encode()
