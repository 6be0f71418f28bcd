"""Ed25519 signatures in the form that Debian's `gpgv` reads (RFC 4880, RFC 9580: algorithm 22).

`gpgv` is what apt itself checks Debian's signatures with, so the barest Debian has it: a kit that
is signed like this needs nothing of its own to be checked. No private key goes through gpg.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OWNER = b"Pishkhan offline kit"
BORN = 1686355200  # the key's date: the day of Debian 12, so that one key makes one file, always
EDDSA, SHA512 = 22, 10
CURVE = bytes.fromhex("092b06010401da470f01")  # Ed25519, its length before it
PUBLIC_KEY, SIGNATURE, USER_ID = 6, 2, 13
OF_A_FILE, OF_AN_OWNER = 0x00, 0x13


class Unsafe(Exception):
    """The private key is no Ed25519 key, or others than its owner can read it."""


def load_or_make(path: Path) -> tuple[Ed25519PrivateKey, bool]:
    """Return the private key in `path` (PEM, PKCS #8) and whether it was made just now.

    Raise Unsafe when it is another kind of key or when others can read the file.
    """
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        text = made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        return made, True
    if path.stat().st_mode & 0o077:
        raise Unsafe(f"others can read {path}: chmod 600 {path}")
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError):
        raise Unsafe(f"{path} is no private key in PEM without a passphrase") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unsafe(f"{path} is no Ed25519 key")
    return key, False


def public_file(key: Ed25519PrivateKey) -> bytes:
    """Return the public key as a keyring of `gpgv`: the key, its owner, its word for him."""
    body = _public(key)
    words = b"\x99" + len(body).to_bytes(2, "big") + body + b"\xb4" + len(OWNER).to_bytes(4, "big")
    signed = _signature(key, OF_AN_OWNER, BORN, hashlib.sha512(words + OWNER), flags=b"\x03")
    return _packet(PUBLIC_KEY, body) + _packet(USER_ID, OWNER) + signed


def fingerprint(public: bytes) -> str:
    """Return what people compare: SHA-256 of the public key's file, in 16 groups of four."""
    digits = hashlib.sha256(public).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def sign_file(key: Ed25519PrivateKey, path: Path, when: int) -> bytes:
    """Return the detached signature of a file's bytes; `when` is in seconds of Unix."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha512")
    return _signature(key, OF_A_FILE, when, digest)


def _public(key: Ed25519PrivateKey) -> bytes:
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return b"\x04" + BORN.to_bytes(4, "big") + bytes([EDDSA]) + CURVE + _number(b"\x40" + raw)


def _signature(
    key: Ed25519PrivateKey, kind: int, when: int, digest: hashlib._Hash, flags: bytes = b""
) -> bytes:
    """Return a signature packet. All it tells is signed: nothing stands in its open part."""
    body = _public(key)
    known = hashlib.sha1(
        b"\x99" + len(body).to_bytes(2, "big") + body, usedforsecurity=False
    ).digest()
    told = _told(2, when.to_bytes(4, "big")) + _told(33, b"\x04" + known) + _told(16, known[-8:])
    if flags:
        told += _told(27, flags)
    head = bytes([4, kind, EDDSA, SHA512]) + len(told).to_bytes(2, "big") + told
    digest.update(head + b"\x04\xff" + len(head).to_bytes(4, "big"))
    result = digest.digest()
    made = key.sign(result)
    return _packet(
        SIGNATURE, head + b"\x00\x00" + result[:2] + _number(made[:32]) + _number(made[32:])
    )


def _told(kind: int, value: bytes) -> bytes:
    return bytes([len(value) + 1, kind]) + value


def _number(value: bytes) -> bytes:
    """Return a number of many digits: its length in bits, then itself without leading zeros."""
    number = int.from_bytes(value, "big")
    return number.bit_length().to_bytes(2, "big") + number.to_bytes(
        (number.bit_length() + 7) // 8, "big"
    )


def _packet(kind: int, body: bytes) -> bytes:
    """Return a packet in the new form, with a length of one byte or two."""
    if len(body) < 192:
        return bytes([0xC0 | kind, len(body)]) + body
    rest = len(body) - 192
    return bytes([0xC0 | kind, 192 + (rest >> 8), rest & 0xFF]) + body
