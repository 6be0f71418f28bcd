"""What the QRs of a receipt hold: the promise of a leaf, and the leaf's path (journal.md).

Pure: who signs and what checks a signature is given. A promise is signed at acceptance, when the
entry is in no tree yet; with it the log's key binds itself to one leaf. A path is made once the
leaf is under a checkpoint. Both are read strictly: one value has one form in bytes and in digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

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
from pishkhan.journal.contracts import JSON, Opening
from pishkhan.journal.merkle import (
    HASH_SIZE,
    leaf_hash,
    root_of_inclusion,
    split_point,
    subset_root,
)
from pishkhan.kernel import canonical
from pishkhan.kernel.money import Epoch

FIELD = "slip"
"""The field of an entry that a promise opens."""
MOST_HASHES = 4
"""With more the promise would be over 300 bytes, too dense for a receipt's printer."""
MOST_DIGITS = 4000
"""A path of 48 hashes has 3,972 digits."""

_PROMISE, _PATH, _LEAF, _DIGITS = b"\x01", b"\x02", b"\x01", b"\x01"
_LABEL = b"pishkhan/promise/v1\n"
_KEY_ID_SIZE = 4
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_CODES = 10**13
_END = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_EPOCHS = {Epoch.RIAL_1310: 1, Epoch.NEW_RIAL: 2}
_MOST_INDEX = 2**48 - 1


class BadSlip(ValueError):
    """The bytes or digits are no promise and no path, or not of this key."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What a promise shows: the values of the field `slip`.

    `code` is 13 digits, `at` UTC in whole seconds, `pages` 32 bytes, `fee` in minor units of
    `epoch`. Raises BadSlip for what the bytes of a promise cannot hold.
    """

    code: str
    at: datetime
    agency: UUID
    pages: bytes
    fee: int
    epoch: Epoch

    def __post_init__(self) -> None:
        if len(self.code) != 13 or not (self.code.isascii() and self.code.isdecimal()):
            raise BadSlip("a tracking code has 13 digits")
        if self.at.utcoffset() != timedelta(0) or self.at.microsecond or self.at.year < 1970:
            raise BadSlip("the time is not UTC in whole seconds")
        if len(self.pages) != HASH_SIZE or not 0 <= self.fee < 2**40:
            raise BadSlip("a digest or fee of the wrong size")

    def value(self) -> dict[str, JSON]:
        """Return the field's value as the entry commits to it."""
        return {
            "agency": str(self.agency),
            "at": self.at.strftime(_MOMENT),
            "code": self.code,
            "epoch": self.epoch.value,
            "fee": self.fee,
            "pages": self.pages.hex(),
        }


def read_slip(given: Any) -> Slip:
    """Return the slip that `Slip.value` wrote into an entry. Raises BadSlip for anything else."""
    try:
        slip = Slip(
            code=given["code"],
            at=datetime.strptime(given["at"], _MOMENT).replace(tzinfo=UTC),
            agency=UUID(given["agency"]),
            pages=bytes.fromhex(given["pages"]),
            fee=given["fee"],
            epoch=Epoch(given["epoch"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadSlip("this is no slip") from None
    if slip.value() != given:
        raise BadSlip("the slip has another form")
    return slip


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: `size` fields of the entry, `slip` at `place`, and the hashes of the opening.

    `hours` after acceptance the entry will be in the log. `signature` is the log key's, over
    `message`. Raises BadSlip for what has no form in bytes.
    """

    key_id: bytes
    size: int
    place: int
    salt: bytes
    slip: Slip
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
        slip = self.slip
        return b"".join(
            (
                _PROMISE,
                self.key_id,
                bytes((self.size, self.place)),
                self.salt,
                int(slip.code).to_bytes(6, "big"),
                int(slip.at.timestamp()).to_bytes(5, "big"),
                slip.agency.bytes,
                slip.pages,
                slip.fee.to_bytes(5, "big"),
                bytes((_EPOCHS[slip.epoch], self.hours)),
                *self.proof,
            )
        )

    def __bytes__(self) -> bytes:
        return self._body() + self.signature


def make_promise(slip: Slip, opening: Opening, *, hours: int, key: NoteKey, sign: Sign) -> Promise:
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
    given = _Bytes(data)
    if given.take(1) != _PROMISE:
        raise BadSlip("this is no promise")
    key_id = given.take(_KEY_ID_SIZE)
    size, place, salt = given.number(1), given.number(1), given.take(SALT_SIZE)
    code, at, agency = given.number(6), given.number(5), UUID(bytes=given.take(16))
    pages, fee, epoch, hours = (
        given.take(HASH_SIZE),
        given.number(5),
        given.number(1),
        given.number(1),
    )
    if code >= _CODES or at > _END or epoch not in _EPOCHS.values() or place >= size:
        raise BadSlip("a number outside its range")
    proof = given.hashes(_depth(place, size))
    signature = given.last(SIGNATURE_SIZE)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    currency = next(name for name, number in _EPOCHS.items() if number == epoch)
    slip = Slip(f"{code:013}", moment, agency, pages, fee, currency)
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
    given = _Bytes(data)
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


class _Bytes:
    """Reads parts of fixed length; too few or left over is a BadSlip."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def take(self, size: int) -> bytes:
        if len(self._data) < size:
            raise BadSlip("bytes are missing")
        found, self._data = self._data[:size], self._data[size:]
        return found

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def hashes(self, count: int) -> tuple[bytes, ...]:
        return tuple([self.take(HASH_SIZE) for _ in range(count)])

    def last(self, size: int) -> bytes:
        found = self.take(size)
        if self._data:
            raise BadSlip("bytes are left over")
        return found


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
