"""Sign and verify, each kind of data in a domain of its own."""

from __future__ import annotations

import re

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_KIND = re.compile(r"[a-z][a-z0-9.-]{0,63}", re.ASCII)


def message(kind: str, data: bytes) -> bytes:
    """Return what is signed: `pishkhan/<kind>/v1`, a line feed, the data.

    The kind has no line feed and no slash, so no data of one kind reads as another's.
    ValueError for a kind of another form.
    """
    if not _KIND.fullmatch(kind):
        raise ValueError("a kind is lower-case letters, digits, dots and hyphens")
    return b"pishkhan/" + kind.encode("ascii") + b"/v1\n" + data


def sign(key: Ed25519PrivateKey, kind: str, data: bytes) -> bytes:
    """Return the 64-byte Ed25519 signature (RFC 8032)."""
    return key.sign(message(kind, data))


def verify(kind: str, data: bytes, signature: bytes, public_key: bytes) -> bool:
    """Return whether the signature is this key's over this data of this kind.

    False for a key or signature of the wrong size or form; ValueError for an ill-formed kind.
    """
    return is_signed(message(kind, data), signature, public_key)


def is_signed(data: bytes, signature: bytes, public_key: bytes) -> bool:
    """Return whether a signature is this key's over exactly these bytes, with nothing before."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True
