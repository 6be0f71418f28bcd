"""What the QRs of a paper hold: the promise of a leaf, and the leaf's path (journal.md).

Pure: who signs and what checks a signature is given. A promise is signed when its entry is written
and in no tree yet; with it the log's key binds itself to one leaf. Its first byte says what it
promises, an acceptance or an answer. A path is made once the leaf is under a checkpoint. All are
read strictly: one value has one form in bytes and in digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pishkhan.journal.checkpoint import (
    SIGNATURE_SIZE,
    Checkpoint,
    KeyKind,
    Line,
    Note,
    NoteKey,
    Sign,
    Verify,
    checkpoint_of,
)
from pishkhan.journal.commitment import SALT_SIZE, field_hash
from pishkhan.journal.contracts import Opening
from pishkhan.journal.merkle import (
    HASH_SIZE,
    leaf_hash,
    root_of_inclusion,
    split_point,
    subset_root,
)
from pishkhan.journal.slip import FIELD, SLIPS, AnswerSlip, BadSlip, Bytes, Slip
from pishkhan.kernel import canonical

MOST_HASHES = 4
"""With more the promise would be over 300 bytes, too dense for a receipt's printer."""
MOST_DIGITS = 4000
"""A path of 48 hashes has 3,972 digits."""

_PATH, _LEAF, _DIGITS = b"\x02", b"\x01", b"\x01"
_LABEL = b"pishkhan/promise/v1\n"
_KEY_ID_SIZE = 4
_MOST_INDEX = 2**48 - 1


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: `size` fields of the entry, `slip` at `place`, and the hashes of the opening.

    `hours` after the slip's time the entry will be in the log. `signature` is the log key's, over
    `message`. Raises BadSlip for what has no form in bytes.
    """

    key_id: bytes
    size: int
    place: int
    salt: bytes
    slip: Slip | AnswerSlip
    hours: int
    proof: tuple[bytes, ...]
    signature: bytes

    def __post_init__(self) -> None:
        if not 0 <= self.place < self.size <= 255 or not 0 <= self.hours <= 255:
            raise BadSlip("a place or an hour outside its range")
        if len(self.proof) != _depth(self.place, self.size) or len(self.proof) > MOST_HASHES:
            raise BadSlip("a promise has as many hashes as its place asks for, at most four")
        _check_sizes(self.key_id, self.signature, (self.salt, *self.proof))

    @property
    def commit(self) -> bytes:
        """The commitment of the entry, which follows from what is shown."""
        value = canonical.dumps(self.slip.value())
        data = field_hash(self.salt, FIELD, value)
        return subset_root(self.size, {self.place: data}, self.proof)

    @property
    def due(self) -> datetime:
        """When the entry must be in the log."""
        return self.slip.at + timedelta(hours=self.hours)

    @property
    def message(self) -> bytes:
        """What the log key signs: a label of its own and all bytes but the signature."""
        return _LABEL + self._body()

    def _body(self) -> bytes:
        return b"".join(
            (
                self.slip.KIND,
                self.key_id,
                bytes((self.size, self.place)),
                self.salt,
                self.slip.pack(),
                bytes((self.hours,)),
                *self.proof,
            )
        )

    def __bytes__(self) -> bytes:
        return self._body() + self.signature


def make_promise(
    slip: Slip | AnswerSlip, opening: Opening, *, hours: int, key: NoteKey, sign: Sign
) -> Promise:
    """Return the signed promise of the entry that `opening` opens; it shows `slip` and no more.

    Raises BadSlip when it shows anything else, or the entry needs more than four hashes.
    """
    if key.kind is not KeyKind.LOG:
        raise BadSlip("a log promises")
    if [(shown.name, shown.value) for shown in opening.shown] != [(FIELD, slip.value())]:
        raise BadSlip("the opening shows something else than this slip")
    (shown,) = opening.shown
    blank = bytes(SIGNATURE_SIZE)
    promise = Promise(
        key.id, opening.size, shown.place, shown.salt, slip, hours, tuple(opening.proof), blank
    )
    return replace(promise, signature=sign(promise.message))


def read_promise(data: bytes) -> Promise:
    """Return the promise that these bytes are; nothing is verified. Raises BadSlip."""
    given = Bytes(data)
    kind = SLIPS.get(given.take(1))
    if kind is None:
        raise BadSlip("this is no promise")
    key_id = given.take(_KEY_ID_SIZE)
    size, place, salt = given.number(1), given.number(1), given.take(SALT_SIZE)
    slip, hours = kind.unpack(given), given.number(1)
    if place >= size:
        raise BadSlip("a number outside its range")
    proof = given.hashes(_depth(place, size))
    signature = given.last(SIGNATURE_SIZE)
    return Promise(key_id, size, place, salt, slip, hours, proof, signature)


def is_promised(promise: Promise, key: NoteKey, verify: Verify) -> bool:
    """Tell whether this log's key signed the promise."""
    mine = key.kind is KeyKind.LOG and key.id == promise.key_id
    return mine and verify(key.public, promise.message, promise.signature)


# --- the path ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LeafPath:
    """The path of an entry's leaf to the root of a signed checkpoint.

    `proof` runs from the leaf's sibling to the root's child; `signature` is the log's, of the
    checkpoint of `size`. Raises BadSlip for what has no form in bytes.
    """

    key_id: bytes
    index: int
    size: int
    commit: bytes
    signature: bytes
    proof: tuple[bytes, ...]

    def __post_init__(self) -> None:
        if not 0 <= self.index < self.size <= _MOST_INDEX:
            raise BadSlip("an index outside the tree")
        if len(self.proof) != _depth(self.index, self.size):
            raise BadSlip("a path has as many hashes as its index asks for")
        _check_sizes(self.key_id, self.signature, (self.commit, *self.proof))

    def __bytes__(self) -> bytes:
        numbers = self.index.to_bytes(6, "big") + self.size.to_bytes(6, "big")
        head = _PATH + self.key_id + numbers + self.commit + self.signature
        return head + b"".join(self.proof)


def entry_leaf(commit: bytes) -> bytes:
    """Return the leaf of an entry: 33 bytes, the version of its format and its commitment."""
    return _LEAF + commit


def read_leaf_path(data: bytes) -> LeafPath:
    """Return the path that these bytes are; nothing is verified. Raises BadSlip."""
    given = Bytes(data)
    if given.take(1) != _PATH:
        raise BadSlip("this is no path")
    key_id, index, size = given.take(_KEY_ID_SIZE), given.number(6), given.number(6)
    commit, signature = given.take(HASH_SIZE), given.take(SIGNATURE_SIZE)
    if index >= size:
        raise BadSlip("an index outside the tree")
    proof = given.hashes(_depth(index, size))
    given.last(0)
    return LeafPath(key_id, index, size, commit, signature, proof)


def logged_under(path: LeafPath, key: NoteKey, verify: Verify) -> Checkpoint:
    """Return the signed checkpoint that a path leads to. Raises BadSlip, or BadNote."""
    if path.key_id != key.id:
        raise BadSlip("the path is of another key")
    leaf = leaf_hash(entry_leaf(path.commit))
    root = root_of_inclusion(path.index, path.size, leaf, path.proof)
    head = Checkpoint(key.name, path.size, root)
    line = Line(key.name, key.id, path.signature)
    return checkpoint_of(Note(str(head), (line,)), key, verify)


# --- bytes and digits ----------------------------------------------------------------------------


def to_digits(data: bytes) -> str:
    """Return bytes as the digits of a QR in numeric mode: a byte 1 and they, as one number."""
    return str(int.from_bytes(_DIGITS + data, "big"))


def from_digits(digits: str) -> bytes:
    """Return the bytes of digits that `to_digits` made. Raises BadSlip for any other text."""
    if not 0 < len(digits) <= MOST_DIGITS or not (digits.isascii() and digits.isdecimal()):
        raise BadSlip("this is no number of a receipt")
    number = int(digits)
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if digits[0] == "0" or data[:1] != _DIGITS:
        raise BadSlip("this is no number of a receipt")
    return data[1:]


def _depth(place: int, size: int) -> int:
    """Return how many hashes lead from a leaf to the root (RFC 9162, 2.1.3)."""
    depth = 0
    while size > 1:
        left = split_point(size)
        place, size = (place, left) if place < left else (place - left, size - left)
        depth += 1
    return depth


def _check_sizes(key_id: bytes, signature: bytes, hashes: Sequence[bytes]) -> None:
    if len(key_id) != _KEY_ID_SIZE or len(signature) != SIGNATURE_SIZE:
        raise BadSlip("a key id or signature of the wrong size")
    if any(len(each) != HASH_SIZE for each in hashes):
        raise BadSlip("a salt or hash of the wrong size")
