"""Signed notes, checkpoints and cosignatures, as bytes to be signed and bytes that were.

Pure: who signs and what checks a signature is given. Formats, each read strictly:

- C2SP signed-note: text, an empty line, lines `— <name> <base64 of key id and signature>`
- C2SP tlog-checkpoint: the text is origin, size, root; extension lines are refused
- C2SP tlog-cosignature: Ed25519, `cosignature/v1`, the witness's time and the text

Ed25519 is taken for cosignatures, where the specification now prefers ML-DSA-44, for its size: a
proof with two witnesses is printed on paper (docs/explanation/decisions.md).
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from hashlib import sha256

from pishkhan.journal.merkle import HASH_SIZE

KEY_SIZE = 32
SIGNATURE_SIZE = 64
MOST_SIGNATURES = 64
MOST_BYTES = 128 * 1024
"""Sixteen signatures of ML-DSA-87 and a text: a reader must take as many (C2SP signed-note)."""
MOST_LEAVES = 2**63 - 1
MOST_SECONDS = 2**63 - 1

Sign = Callable[[bytes], bytes]
"""Returns the 64-byte Ed25519 signature over a message."""
Verify = Callable[[bytes, bytes, bytes], bool]
"""Tells whether (public key, message, signature) fit."""

_NAME = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]{1,255}")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\ud800-\udfff]")
_DASH = "\u2014 "


class BadNote(ValueError):
    """The bytes are no signed note, or no checkpoint, of the form that is asked for."""


class KeyKind(IntEnum):
    """What a key signs (C2SP signed-note, signature types)."""

    LOG = 0x01
    WITNESS = 0x04


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key with its name: 32 bytes of RFC 8032. BadNote for a name no line can have."""

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.public) != KEY_SIZE:
            raise BadNote("a key has a name without spaces and 32 bytes")

    @property
    def id(self) -> bytes:
        """The four bytes that lead a signature of this key."""
        told = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return sha256(told).digest()[:4]

    def __str__(self) -> str:
        """Return the vkey: `<name>+<key id in hex>+<base64 of kind and key>`."""
        return f"{self.name}+{self.id.hex()}+{_base64(bytes([self.kind]) + self.public)}"


@dataclass(frozen=True, slots=True)
class Line:
    """One signature line: the key's name, its id, and what follows the id."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {_base64(self.key_id + self.signature)}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A text (it ends in a line feed) and the lines of its signatures."""

    text: str
    lines: tuple[Line, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.lines))}"

    def with_lines(self, more: Iterable[Line]) -> Note:
        """Return the note with further signatures; of the same key only the last stays.

        Verify them first: a line in the log's name would take the place of the log's. Raises
        BadNote for more than MOST_SIGNATURES, which nobody would read.
        """
        new = {(line.name, line.key_id): line for line in more}
        kept = [line for line in self.lines if (line.name, line.key_id) not in new]
        if len(kept) + len(new) > MOST_SIGNATURES:
            raise BadNote("too many signatures")
        return replace(self, lines=(*kept, *new.values()))


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: its name, how many leaves it has, and the root over them."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


# --- reading -------------------------------------------------------------------------------------


def read_key(vkey: str) -> NoteKey:
    """Return the key that a vkey names. Raises BadNote, also when its id is another key's."""
    name, _, rest = vkey.partition("+")
    told, _, encoded = rest.partition("+")
    raw = _bytes(encoded)
    if len(raw) != KEY_SIZE + 1:
        raise BadNote("this is not a key of the form name+id+key")
    try:
        kind = KeyKind(raw[0])
    except ValueError:
        raise BadNote("a key of an unknown kind") from None
    key = NoteKey(name, kind, raw[1:])
    if key.id.hex() != told:
        raise BadNote("the key's id is not the key's")
    return key


def read_note(data: bytes) -> Note:
    """Return the parts of a signed note; nothing is verified. Raises BadNote."""
    if len(data) > MOST_BYTES:
        raise BadNote("the note is too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise BadNote("the note is not UTF-8") from None
    if _CONTROL.search(whole):
        raise BadNote("the note has control characters")
    text, gap, signatures = whole.rpartition("\n\n")
    if not gap or not text or not signatures.endswith("\n"):
        raise BadNote("the note has no signatures")
    return Note(text + "\n", read_lines(signatures))


def read_lines(signatures: str) -> tuple[Line, ...]:
    """Return the signature lines of a text that has nothing else. Raises BadNote."""
    if not signatures.endswith("\n"):
        raise BadNote("the last signature line does not end")
    if signatures.count("\n") > MOST_SIGNATURES:
        raise BadNote("too many signatures")
    return tuple(_line(each) for each in signatures[:-1].split("\n"))


def _line(text: str) -> Line:
    name, _, encoded = text.removeprefix(_DASH).partition(" ")
    raw = _bytes(encoded)
    if not text.startswith(_DASH) or not _NAME.fullmatch(name) or len(raw) <= 4:
        raise BadNote("this is not a signature line")
    return Line(name, raw[:4], raw[4:])


def read_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text is. Raises BadNote."""
    found = read_head(text)
    if found.size == 0 and found.root != sha256(b"").digest():
        raise BadNote("this is not the root of the empty tree")
    return found


def read_head(text: str) -> Checkpoint:
    """Return what a text says as a checkpoint, be the root of size 0 what it may. BadNote."""
    parts = text.split("\n")
    if len(parts) != 4 or parts[3]:
        raise BadNote("a checkpoint has three lines: origin, size and root")
    origin, size, encoded = parts[:3]
    root = _bytes(encoded)
    if not origin or _CONTROL.search(origin):
        raise BadNote("the checkpoint has no origin")
    if not _SIZE.fullmatch(size) or int(size) > MOST_LEAVES:
        raise BadNote("the checkpoint has no size")
    if len(root) != HASH_SIZE:
        raise BadNote("the checkpoint has no root")
    return Checkpoint(origin, int(size), root)


# --- signing and checking ------------------------------------------------------------------------


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey, sign: Sign) -> Note:
    """Return the checkpoint signed by its log, whose name is the origin.

    Raises ValueError for another key, BadNote for what could not be read as a checkpoint.
    """
    if key.name != checkpoint.origin or key.kind is not KeyKind.LOG:
        raise ValueError("a log signs its own checkpoints")
    text = str(checkpoint)
    read_checkpoint(text)
    return Note(text, (Line(key.name, key.id, sign(text.encode())),))


def checkpoint_of(note: Note, key: NoteKey, verify: Verify) -> Checkpoint:
    """Return the checkpoint of a note that this log signed. Raises BadNote when it did not."""
    checkpoint = read_checkpoint(note.text)
    if key.kind is not KeyKind.LOG or checkpoint.origin != key.name:
        raise BadNote("the checkpoint is of another log")
    if not log_lines(note, key, verify):
        raise BadNote("the log has not signed the checkpoint")
    return checkpoint


def log_lines(note: Note, key: NoteKey, verify: Verify) -> tuple[Line, ...]:
    """Return the lines that this key of a log signed; BadNote when one of its does not verify."""
    text = note.text.encode()
    mine = tuple(line for line in note.lines if (line.name, line.key_id) == (key.name, key.id))
    if not all(
        len(line.signature) == SIGNATURE_SIZE and verify(key.public, text, line.signature)
        for line in mine
    ):
        raise BadNote("the log's signature does not fit the checkpoint")
    return mine


def cosigned_message(text: str, seconds: int) -> bytes:
    """Return what a witness signs at a moment (POSIX seconds): C2SP tlog-cosignature."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosign(text: str, key: NoteKey, sign: Sign, *, seconds: int) -> Line:
    """Return a witness's line for the text of a checkpoint that it has checked."""
    if key.kind is not KeyKind.WITNESS or not 0 < seconds <= MOST_SECONDS:
        raise ValueError("a witness cosigns, at a time")
    signature = sign(cosigned_message(text, seconds))
    return Line(key.name, key.id, seconds.to_bytes(8, "big") + signature)


def cosigned_at(note: Note, key: NoteKey, verify: Verify) -> int | None:
    """Return when a witness cosigned the note, the first time if twice; None when it did not.

    Raises BadNote for a line that is the key's by name and id and does not verify, or whose time
    is 0 (which would say nothing) or beyond 2⁶³ - 1.
    """
    times = []
    for line in note.lines:
        if key.kind is not KeyKind.WITNESS or (line.name, line.key_id) != (key.name, key.id):
            continue
        seconds = int.from_bytes(line.signature[:8], "big")
        if not 0 < seconds <= MOST_SECONDS or len(line.signature) != 8 + SIGNATURE_SIZE:
            raise BadNote("a witness's signature has no time, or another length")
        if not verify(key.public, cosigned_message(note.text, seconds), line.signature[8:]):
            raise BadNote("a witness's signature does not fit the checkpoint")
        times.append(seconds)
    return min(times, default=None)


def _base64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _bytes(encoded: str) -> bytes:
    """Return what standard Base64 (RFC 4648, 4) holds; no other spelling of it is taken."""
    try:
        raw = b64decode(encoded, validate=True)
    except (NotBase64, ValueError):
        raise BadNote("this is not Base64") from None
    if _base64(raw) != encoded:
        raise BadNote("this is not Base64 in its one form")
    return raw
