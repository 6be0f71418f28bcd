"""Ed25519 for the tests of the log: the product's pure parts are given these two."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pishkhan.journal.checkpoint import KeyKind, NoteKey


class Signer:
    """A key pair from a seed of 32 bytes: the public half with its name, and how it signs."""

    def __init__(self, name: str, kind: KeyKind, seed: bytes) -> None:
        private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = NoteKey(name, kind, private.public_key().public_bytes_raw())
        self.sign = private.sign


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True
