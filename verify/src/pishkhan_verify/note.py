"""Keys, signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature). Pure.

Ed25519 (RFC 8032) alone: `0x01` signs a log's checkpoints, `0x04` a witness's cosignatures.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.merkle import EMPTY, HASH_SIZE

LOG, WITNESS = 0x01, 0x04
MOST_BYTES = 1024 * 1024
MOST_SIGNATURES = 256  # the specification asks for 16 at least
MOST_NUMBER = 2**63 - 1  # of leaves, and of seconds
SIGNATURE_SIZE = 64
MARK = "\n\n\u2014 ".encode()  # what begins the signatures of any note

_NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,18})", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_LINE = re.compile(r"\u2014 ([^ ]+) ([^ ]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A public key of a policy: its name, what it signs, 32 bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def id(self) -> bytes:
        """The first four bytes of a hash over name, kind and key (signed-note, Signatures)."""
        name = self.name.encode("utf-8", "surrogateescape")  # a policy's names are any octets
        return sha256(name + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether the signature is this key's over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signature:
    """One line below a note: the key's name and id, and what follows the id."""

    name: str
    key_id: bytes
    data: bytes

    def is_of(self, key: Key) -> bool:
        """Return whether the line says that it is this key's; that alone proves nothing."""
        return self.name == key.name and self.key_id == key.id


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log, and the text in which it is signed."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint with the lines below it; nothing is verified yet."""

    checkpoint: Checkpoint
    signatures: tuple[Signature, ...]


def base64(text: str, size: int | None = None) -> bytes:
    """Return what standard Base64 (RFC 4648, section 4) holds, `size` bytes if that is given.

    Raises Unreadable (`base64-bad`), also for a second spelling of the same bytes.
    """
    try:
        data = b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        raise Unreadable("base64-bad") from None
    if b64encode(data).decode() != text or (size is not None and len(data) != size):
        raise Unreadable("base64-bad")
    return data


def number(text: str) -> int:
    """Return a decimal without leading zeros, at most 2**63 - 1. Raises Unreadable."""
    if not _NUMBER.fullmatch(text) or int(text) > MOST_NUMBER:
        raise Unreadable("number-bad")
    return int(text)


def read_key(vkey: str, kind: int) -> Key:
    """Return the key that a vkey names. Raises Unreadable (`key-form`, `key-kind`, `key-id`)."""
    parts = vkey.split("+", 2)  # Base64 may hold a plus
    if len(parts) != 3 or not _NAME.fullmatch(parts[0]):
        raise Unreadable("key-form")
    try:
        raw = base64(parts[2])
    except Unreadable:
        raise Unreadable("key-form") from None
    if not raw or raw[0] != kind:
        raise Unreadable("key-kind")
    if len(raw) != 33:
        raise Unreadable("key-form")
    key = Key(parts[0], kind, raw[1:])
    if key.id.hex() != parts[1]:
        raise Unreadable("key-id")
    return key


def decoded(data: bytes) -> str:
    """Return a note's text and signatures. Raises Unreadable (`too-large`, `note-text`)."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("note-text") from None
    if _CONTROL.search(text):
        raise Unreadable("note-text")
    return text


def read_checkpoint(data: bytes) -> Signed:
    """Return a signed checkpoint of three lines.

    Raises Unreadable: `note-text`, `note-form`, `checkpoint-form`, `too-large`.
    """
    text, gap, below = decoded(data).rpartition("\n\n")
    if not gap or not below.endswith("\n"):
        raise Unreadable("note-form")
    lines = below[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Unreadable("note-form")
    return Signed(_checkpoint(text), tuple(map(_signature, lines)))


def _signature(line: str) -> Signature:
    found = _LINE.fullmatch(line)
    if not found or not _NAME.fullmatch(found[1]):
        raise Unreadable("note-form")
    raw = base64(found[2])
    if len(raw) <= 4:
        raise Unreadable("note-form")
    return Signature(found[1], raw[:4], raw[4:])


def _checkpoint(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) != 3 or not lines[0]:  # journal.md: no extension lines
        raise Unreadable("checkpoint-form")
    try:
        found = Checkpoint(lines[0], number(lines[1]), base64(lines[2], HASH_SIZE))
    except Unreadable:
        raise Unreadable("checkpoint-form") from None
    if not found.size and found.root != EMPTY:
        raise Unreadable("checkpoint-form")
    return found


def check_log(signed: Signed, keys: Iterable[Key]) -> Key:
    """Return the known key by which the log signed its checkpoint.

    Raises Refused: `log-unknown` when no key is named as the origin, `log-unsigned` when no
    signature is of such a key, `log-signature` when one is by name and id and does not fit.
    """
    origin, text = signed.checkpoint.origin, signed.checkpoint.text.encode()
    mine = [key for key in keys if key.name == origin]
    if not mine:
        raise Refused("log-unknown", origin=origin)
    found = [(key, line) for line in signed.signatures for key in mine if line.is_of(key)]
    if not found:
        raise Refused("log-unsigned", origin=origin)
    for key, line in found:
        if not key.signed(text, line.data):
            raise Refused("log-signature", origin=origin)
    return found[0][0]


def cosigned_at(signed: Signed, key: Key) -> int | None:
    """Return when this witness cosigned (POSIX seconds; the first time if often), else None.

    Raises Refused (`witness-signature`) for a line of this name and id that does not fit.
    """
    times = []
    for line in signed.signatures:
        if not line.is_of(key):
            continue
        seconds = int.from_bytes(line.data[:8], "big")
        message = f"cosignature/v1\ntime {seconds}\n{signed.checkpoint.text}".encode()
        if (
            len(line.data) != 8 + SIGNATURE_SIZE
            or seconds > MOST_NUMBER
            or not key.signed(message, line.data[8:])
        ):
            raise Refused("witness-signature", name=key.name)
        times.append(seconds)
    return min(times, default=None)
