"""What a promise promises: the values of an entry's field `slip`, of two kinds (journal.md).

Each kind has a first byte of its own in a promise and names of its own in the entry, so that the
promise of an answer is never read as one of an acceptance. A slip packs and reads itself: one value
has one form in bytes and one in JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from pishkhan.journal.contracts import JSON
from pishkhan.journal.merkle import HASH_SIZE
from pishkhan.kernel.money import Epoch

FIELD = "slip"
"""The field of an entry that a promise opens."""

_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_START = datetime(1970, 1, 1, tzinfo=UTC)
_CODES = 10**13
_END = int(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp())
_EPOCHS = {Epoch.RIAL_1310: 1, Epoch.NEW_RIAL: 2}


class BadSlip(ValueError):
    """The bytes or digits are no promise and no path, or not of this key."""


def moment_text(at: datetime) -> str:
    """Return a moment as a slip has it: UTC, in whole seconds; what is left of one is cut off."""
    return at.astimezone(UTC).strftime(_MOMENT)


class Bytes:
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


@dataclass(frozen=True, slots=True)
class Slip:
    """What the promise of an acceptance shows.

    `code` is 13 digits, `at` UTC in whole seconds, `pages` 32 bytes, `fee` in minor units of
    `epoch`. Raises BadSlip for what the bytes of a promise cannot hold.
    """

    KIND: ClassVar[bytes] = b"\x01"

    code: str
    at: datetime
    agency: UUID
    pages: bytes
    fee: int
    epoch: Epoch

    def __post_init__(self) -> None:
        _check_head(self.code, self.at)
        if len(self.pages) != HASH_SIZE or not 0 <= self.fee < 2**40:
            raise BadSlip("a digest or fee of the wrong size")

    def value(self) -> dict[str, JSON]:
        """Return the field's value as the entry commits to it."""
        return {
            "agency": str(self.agency),
            "at": moment_text(self.at),
            "code": self.code,
            "epoch": self.epoch.value,
            "fee": self.fee,
            "pages": self.pages.hex(),
        }

    @classmethod
    def of_value(cls, given: Mapping[str, Any]) -> Slip:
        """Return the slip that `value` gave; what it raises, `read_slip` makes a BadSlip."""
        return cls(
            *_head_of(given), bytes.fromhex(given["pages"]), given["fee"], Epoch(given["epoch"])
        )

    def pack(self) -> bytes:
        """Return the bytes that a promise has of it, without the hours."""
        fee = self.fee.to_bytes(5, "big") + bytes((_EPOCHS[self.epoch],))
        return _pack_head(self.code, self.at, self.agency) + self.pages + fee

    @classmethod
    def unpack(cls, given: Bytes) -> Slip:
        """Take the bytes of `pack`. Raises BadSlip."""
        head, pages = _unpack_head(given), given.take(HASH_SIZE)
        fee, epoch = given.number(5), given.number(1)
        for currency, number in _EPOCHS.items():
            if number == epoch:
                return cls(*head, pages, fee, currency)
        raise BadSlip("a number outside its range")


@dataclass(frozen=True, slots=True)
class AnswerSlip:
    """What the promise of an answer shows.

    `code` is the letter's tracking code, `at` when the answer was dispatched (UTC in whole
    seconds), `agency` who answers, `text` the 32-byte digest that its signer signed. Raises
    BadSlip for what the bytes of a promise cannot hold.
    """

    KIND: ClassVar[bytes] = b"\x03"

    code: str
    at: datetime
    agency: UUID
    text: bytes

    def __post_init__(self) -> None:
        _check_head(self.code, self.at)
        if len(self.text) != HASH_SIZE:
            raise BadSlip("a digest of the wrong size")

    def value(self) -> dict[str, JSON]:
        """Return the field's value as the entry commits to it."""
        return {
            "agency": str(self.agency),
            "at": moment_text(self.at),
            "code": self.code,
            "text": self.text.hex(),
        }

    @classmethod
    def of_value(cls, given: Mapping[str, Any]) -> AnswerSlip:
        """Return the slip that `value` gave; what it raises, `read_slip` makes a BadSlip."""
        return cls(*_head_of(given), bytes.fromhex(given["text"]))

    def pack(self) -> bytes:
        """Return the bytes that a promise has of it, without the hours."""
        return _pack_head(self.code, self.at, self.agency) + self.text

    @classmethod
    def unpack(cls, given: Bytes) -> AnswerSlip:
        """Take the bytes of `pack`. Raises BadSlip."""
        return cls(*_unpack_head(given), given.take(HASH_SIZE))


SLIPS: Mapping[bytes, type[Slip] | type[AnswerSlip]] = {
    kind.KIND: kind for kind in (Slip, AnswerSlip)
}
"""The kinds of a promise by its first byte."""


def read_slip(given: Any) -> Slip | AnswerSlip:
    """Return the slip whose `value` an entry has. Raises BadSlip for anything else."""
    try:
        slip = (AnswerSlip if "text" in given else Slip).of_value(given)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise BadSlip("this is no slip") from None
    if slip.value() != given:
        raise BadSlip("the slip has another form")
    return slip


def _check_head(code: str, at: datetime) -> None:
    if len(code) != 13 or not (code.isascii() and code.isdecimal()):
        raise BadSlip("a tracking code has 13 digits")
    if at.utcoffset() != timedelta(0) or at.microsecond or at.year < 1970:
        raise BadSlip("the time is not UTC in whole seconds")


def _head_of(given: Mapping[str, Any]) -> tuple[str, datetime, UUID]:
    at = datetime.strptime(given["at"], _MOMENT).replace(tzinfo=UTC)
    return given["code"], at, UUID(given["agency"])


def _pack_head(code: str, at: datetime, agency: UUID) -> bytes:
    moment = int(at.timestamp())
    return int(code).to_bytes(6, "big") + moment.to_bytes(5, "big") + agency.bytes


def _unpack_head(given: Bytes) -> tuple[str, datetime, UUID]:
    code, at, agency = given.number(6), given.number(5), UUID(bytes=given.take(16))
    if code >= _CODES or at > _END:
        raise BadSlip("a number outside its range")
    return f"{code:013}", _START + timedelta(seconds=at), agency
