"""What is shown of an entry, and the commitment it was made into (journal-entry.md). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pishkhan_verify import canonical
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.merkle import HASH_SIZE, leaf_hash, root_of_shown

MOST_FIELDS = 4096
SLIP = "slip"
EPOCHS = {1: "rial", 2: "new_rial"}
CODES = 10**13
LAST_SECOND = 253402300799  # the end of the year 9999, where RFC 3339 ends

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_CODE = re.compile(r"[0-9]{13}", re.ASCII)
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_FORMS = {"agency": _UUID, "at": _SECOND, "code": _CODE, "pages": _HASH, "text": _HASH}


@dataclass(frozen=True, slots=True)
class Slip:
    """What a receipt shows, in the order of its names in JSON.

    `at` as RFC 3339 UTC without decimals, `pages` the digest in hexadecimal, `fee` in minor units.
    """

    agency: str
    at: str
    code: str
    epoch: str
    fee: int
    pages: str

    def value(self) -> dict[str, Any]:
        """Return the slip as the JSON object that the entry committed to."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class AnswerSlip:
    """What the paper of an answer shows, in the order of its names in JSON.

    `at` as RFC 3339 UTC without decimals, `text` the digest that was signed, in hexadecimal.
    """

    agency: str
    at: str
    code: str
    text: str

    def value(self) -> dict[str, Any]:
        """Return the slip as the JSON object that the entry committed to."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Shown:
    """Fields by name as JSON values, and the commitment that they lead to."""

    commit: bytes
    fields: Mapping[str, Any]

    @property
    def slip(self) -> Slip | AnswerSlip | None:
        """The paper's field, when it is shown. Raises Unreadable (`slip-form`)."""
        return slip_of(self.fields[SLIP]) if SLIP in self.fields else None


def entry_hash(commit: bytes) -> bytes:
    """Return the leaf hash of an entry (journal.md, Leaves)."""
    return leaf_hash(b"\x01" + commit)


def field_hash(salt: bytes, name: str, value: Any) -> bytes:
    """Return the leaf hash of one field inside its entry (journal-entry.md, Commitment)."""
    told = name.encode("ascii") + b"\x00" + canonical.write(value)
    return leaf_hash(sha256(salt + told).digest())


def second_text(seconds: int) -> str:
    """Return a moment (POSIX seconds) as a slip writes it. Raises Unreadable (`slip-form`)."""
    if not 0 <= seconds <= LAST_SECOND:
        raise Unreadable("slip-form")
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_second(text: str) -> datetime:
    """Return the moment that a slip writes. Raises Unreadable (`slip-form`)."""
    if not _SECOND.fullmatch(text):
        raise Unreadable("slip-form")
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Unreadable("slip-form") from None


def slip_of(value: Any) -> Slip | AnswerSlip:
    """Return the slip that a JSON value is. Raises Unreadable (`slip-form`)."""
    names = tuple(value) if isinstance(value, dict) else ()  # RFC 8785 orders them
    if names not in (Slip.__slots__, AnswerSlip.__slots__):
        raise Unreadable("slip-form")
    texts = [(form, value[name]) for name, form in _FORMS.items() if name in value]
    if not all(isinstance(text, str) and form.fullmatch(text) for form, text in texts):
        raise Unreadable("slip-form")
    read_second(value["at"])
    if names == AnswerSlip.__slots__:
        return AnswerSlip(**value)
    slip = Slip(**value)
    if slip.epoch not in EPOCHS.values() or type(slip.fee) is not int or slip.fee < 0:
        raise Unreadable("slip-form")
    return slip


def read_opening(data: bytes) -> Shown:
    """Return what an opening shows, and the commitment it leads to.

    Raises Unreadable (`json-bad`, `opening-form`), Refused (`opening-length`) for hashes missing
    or left over.
    """
    return opening_of(canonical.read(data))


def opening_of(opening: Any) -> Shown:
    """Return what an opening shows, from its JSON value; raises as `read_opening`."""
    if not isinstance(opening, dict) or set(opening) != {"v", "size", "shown", "proof"}:
        raise Unreadable("opening-form")
    size, shown, proof = opening["size"], opening["shown"], opening["proof"]
    if type(opening["v"]) is not int or opening["v"] != 1 or type(size) is not int:
        raise Unreadable("opening-form")
    if not isinstance(shown, list) or not isinstance(proof, list) or not shown:
        raise Unreadable("opening-form")
    if not 1 <= size <= MOST_FIELDS:
        raise Unreadable("opening-form")
    leaves: dict[int, bytes] = {}
    fields: dict[str, Any] = {}
    last = (-1, "")
    for item in shown:
        place, name, salt = _item(item, size)
        if place <= last[0] or name <= last[1]:
            raise Unreadable("opening-form")
        last = (place, name)
        leaves[place] = field_hash(salt, name, item["value"])
        fields[name] = item["value"]
    return Shown(root_of_shown(size, leaves, list(map(_hash, proof))), fields)


def _item(item: Any, size: int) -> tuple[int, str, bytes]:
    if not isinstance(item, dict) or set(item) != {"place", "name", "salt", "value"}:
        raise Unreadable("opening-form")
    place, name = item["place"], item["name"]
    if type(place) is not int or not 0 <= place < size:
        raise Unreadable("opening-form")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise Unreadable("opening-form")
    return place, name, _hash(item["salt"])


def _hash(text: Any) -> bytes:
    if not isinstance(text, str) or not _HASH.fullmatch(text):
        raise Unreadable("opening-form")
    found = bytes.fromhex(text)
    assert len(found) == HASH_SIZE
    return found
