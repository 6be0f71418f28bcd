"""What the QRs of a paper hold: a promise of an acceptance or an answer, a path (journal.md). Pure.

No address is opened and no key is taken from a QR: the key id only says which key of the policy
must have signed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from pishkhan_verify.entry import (
    CODES,
    EPOCHS,
    SLIP,
    AnswerSlip,
    Shown,
    Slip,
    entry_hash,
    field_hash,
    second_text,
)
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.merkle import HASH_SIZE, root_of_path, root_of_shown, turns
from pishkhan_verify.note import LOG, SIGNATURE_SIZE, Checkpoint, Key

MOST_DIGITS = 4000  # a path in a tree of 2**48 leaves has 3,900
MOST_PROMISE = 300
PROMISE, PATH, ANSWER = 0x01, 0x02, 0x03
LABEL = b"pishkhan/promise/v1\n"

_TEXT = re.compile(r"(?:[^#]*#)?([1-9][0-9]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Promise:
    """A receipt's first QR or an answer's, read; `message` is what `signature` must be over."""

    key_id: bytes
    shown: Shown
    slip: Slip | AnswerSlip
    within_hours: int
    message: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TreePath:
    """A receipt's second QR, read."""

    key_id: bytes
    index: int
    size: int
    commit: bytes
    signature: bytes
    hashes: tuple[bytes, ...]


def looks_like(text: str) -> bool:
    """Return whether this could be the text of such a QR."""
    return _TEXT.fullmatch(text.strip()) is not None


def read_qr(text: str) -> Promise | TreePath:
    """Return what a QR's text holds: an address with digits behind `#`, or digits alone.

    Raises Unreadable: `qr-text`, `qr-version`, `promise-form`, `path-form`.
    """
    found = _TEXT.fullmatch(text.strip())
    if not found or len(found[1]) > MOST_DIGITS:
        raise Unreadable("qr-text")
    value = int(found[1])
    data = value.to_bytes((value.bit_length() + 7) // 8, "big")
    if len(data) < 2 or data[0] != 1:
        raise Unreadable("qr-text")
    if data[1] in (PROMISE, ANSWER):
        return _promise(data[1:])
    if data[1] == PATH:
        return _path(data[1:])
    raise Unreadable("qr-version")


class _Bytes:
    def __init__(self, data: bytes, trouble: str) -> None:
        self.data, self.at, self.trouble = data, 0, trouble

    def take(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) != count:
            raise Unreadable(self.trouble)
        self.at += count
        return found

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def hashes(self, count: int) -> tuple[bytes, ...]:
        return tuple(self.take(HASH_SIZE) for _ in range(count))

    def end(self) -> None:
        if self.at != len(self.data):
            raise Unreadable(self.trouble)


def _promise(data: bytes) -> Promise:
    if len(data) > MOST_PROMISE:
        raise Unreadable("promise-form")
    read = _Bytes(data, "promise-form")
    kind = read.number(1)
    key_id, count, place, salt = read.take(4), read.number(1), read.number(1), read.take(HASH_SIZE)
    slip = _answer_slip(read) if kind == ANSWER else _slip(read)
    hours = read.number(1)
    if place >= count:
        raise Unreadable("promise-form")
    beside = read.hashes(len(turns(place, count)))
    message = LABEL + data[: read.at]
    signature = read.take(SIGNATURE_SIZE)
    read.end()
    value = slip.value()
    commit = root_of_shown(count, {place: field_hash(salt, SLIP, value)}, beside)
    return Promise(key_id, Shown(commit, {SLIP: value}), slip, hours, message, signature)


def _slip(read: _Bytes) -> Slip:
    agency, at, code = _head(read)
    pages, fee, epoch = read.take(32), read.number(5), read.number(1)
    if epoch not in EPOCHS:
        raise Unreadable("promise-form")
    return Slip(agency, at, code, EPOCHS[epoch], fee, pages.hex())


def _answer_slip(read: _Bytes) -> AnswerSlip:
    return AnswerSlip(*_head(read), read.take(32).hex())


def _head(read: _Bytes) -> tuple[str, str, str]:
    code, at, agency = read.number(6), read.number(5), UUID(bytes=read.take(16))
    if code >= CODES:
        raise Unreadable("promise-form")
    return str(agency), second_text(at), f"{code:013}"


def _path(data: bytes) -> TreePath:
    read = _Bytes(data, "path-form")
    read.take(1)
    key_id, index, size = read.take(4), read.number(6), read.number(6)
    commit, signature = read.take(HASH_SIZE), read.take(SIGNATURE_SIZE)
    if index >= size:
        raise Refused("index-outside", index=index, size=size)
    hashes = read.hashes(len(turns(index, size)))
    read.end()
    return TreePath(key_id, index, size, commit, signature, hashes)


def check_promise(promise: Promise, keys: Sequence[Key]) -> Key:
    """Return the log's key that signed. Raises Refused (`key-unknown`, `promise-signature`)."""
    for key in _named(promise.key_id, keys):
        if key.signed(promise.message, promise.signature):
            return key
    raise Refused("promise-signature")


def check_path(path: TreePath, keys: Sequence[Key]) -> tuple[Key, Checkpoint]:
    """Return the log's key, and the checkpoint that it signed and the path leads to.

    Raises Refused (`key-unknown`, `path-signature`). A changed path, leaf or signature all end in
    a root that was not signed; which of them it was can't be told.
    """
    root = root_of_path(path.index, path.size, entry_hash(path.commit), path.hashes)
    for key in _named(path.key_id, keys):
        checkpoint = Checkpoint(key.name, path.size, root)
        if key.signed(checkpoint.text.encode(), path.signature):
            return key, checkpoint
    raise Refused("path-signature")


def _named(key_id: bytes, keys: Sequence[Key]) -> list[Key]:
    named = [key for key in keys if key.kind == LOG and key.id == key_id]
    if not named:
        raise Refused("key-unknown", key=key_id.hex())
    return named
