"""The commitment of an entry, field by field (docs/protocol/journal-entry.md).

Pure. Each field is hidden behind `SHA-256(salt || name || 0x00 || value)` with 32 random bytes
of salt; the commitment is the Merkle root over those hashes in the order of the names. So any
field can be shown or erased alone. `compose` makes it, `check_opening` checks a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import Any

from pishkhan.journal.contracts import JSON, Opening, ShownField
from pishkhan.journal.merkle import BadProof, root, subset_proof, subset_root
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import PishkhanError

VERSION = 1
SALT_SIZE = 32
HEADER = ("actor", "at", "kind", "node", "subject")
"""The fields that every entry has; they have columns of their own."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
_MAX_INT = 2**53 - 1
_known_names: set[str] = set()


@dataclass(frozen=True, slots=True)
class Composed:
    """A committed entry: canonical text of the extra fields, all salts by name, the root."""

    fields: str
    salts: bytes
    commit: bytes


def time_text(at: datetime) -> str:
    """Return a moment as the entry commits to it: UTC with six decimals and `Z` (RFC 3339)."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def field_hash(salt: bytes, name: str, value: bytes) -> bytes:
    """Return the hash that hides one field; `value` is its RFC 8785 form."""
    return sha256(salt + name.encode("ascii") + b"\x00" + value).digest()


def value_text(value: JSON) -> str:
    """Return the RFC 8785 form of a value as text; Invalid (`canonical.unfit`) when it has none.

    Strings, booleans, None and safe integers, which is nearly all there is, are written here:
    the general writer takes several times as long.
    """
    kind = type(value)
    if kind is str:
        return encode_basestring(value)  # type: ignore[arg-type]  # `kind` says it is a str
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int and -_MAX_INT <= value <= _MAX_INT:  # type: ignore[operator]  # an int, as above
        return str(value)
    return canonical.dumps(value).decode("utf-8")


def check_names(names: Iterable[str]) -> None:
    """Raise ValueError for a name of an extra field that the format does not allow."""
    for name in names:
        if name in _known_names:
            continue
        if not _NAME.fullmatch(name) or name in HEADER:
            raise ValueError(f"not a name for a field of an entry: {name!r}")
        _known_names.add(name)


def compose(header: Mapping[str, str], fields: Mapping[str, JSON], salts: bytes) -> Composed:
    """Return the committed form of an entry.

    `header` holds the five fields of `HEADER` as strings, `salts` 32 bytes for every field, in
    the order of the names. Raises ValueError for a bad name or too few salts, Invalid
    (`canonical.unfit`) for a value that JSON cannot hold.
    """
    check_names(fields)
    extra = {name: value_text(fields[name]) for name in sorted(fields)}
    try:
        hashes = _hashes({**{name: value_text(header[name]) for name in HEADER}, **extra}, salts)
    except UnicodeEncodeError:
        canonical.dumps(dict(fields))  # says in the kernel's own words what is wrong
        raise
    text = "{" + ",".join([f'"{name}":{value}' for name, value in extra.items()]) + "}"
    return Composed(fields=text, salts=salts, commit=root(hashes))


def _hashes(values: Mapping[str, str], salts: bytes) -> list[bytes]:
    if len(salts) != SALT_SIZE * len(values):
        raise ValueError("an entry needs one salt for every field")
    hashes = []
    offset = 0
    for name in sorted(values):
        end = offset + SALT_SIZE
        hashes.append(sha256(salts[offset:end] + f"{name}\x00{values[name]}".encode()).digest())
        offset = end
    return hashes


def hashes_of(
    values: Mapping[str, JSON], salts: bytes, *, erased: frozenset[str]
) -> tuple[list[str], list[bytes]]:
    """Return names and hashes of all fields of a stored entry.

    `values` are the fields that are still there, with the header's; where one was erased, the
    slot of its salt holds its hash. ValueError when the salts do not fit the names.
    """
    names = sorted({*values, *erased})
    if len(salts) != SALT_SIZE * len(names):
        raise ValueError("the salts do not fit the fields")
    slots = [salts[i : i + SALT_SIZE] for i in range(0, len(salts), SALT_SIZE)]
    return names, [
        slot if name in erased else field_hash(slot, name, value_text(values[name]).encode())
        for name, slot in zip(names, slots, strict=True)
    ]


def make_opening(
    values: Mapping[str, JSON], salts: bytes, *, erased: frozenset[str], show: frozenset[str]
) -> Opening:
    """Return the opening of the fields in `show`; KeyError for one that is not there."""
    missing = show - values.keys()
    if missing:
        raise KeyError(min(missing))
    names, hashes = hashes_of(values, salts, erased=erased)
    places = {place for place, name in enumerate(names) if name in show}
    return Opening(
        version=VERSION,
        size=len(names),
        shown=tuple(
            ShownField(
                place=place,
                name=names[place],
                salt=salts[place * SALT_SIZE : (place + 1) * SALT_SIZE],
                value=values[names[place]],
            )
            for place in sorted(places)
        ),
        proof=tuple(subset_proof(hashes, places)),
    )


def check_opening(opening: Opening, commit: bytes) -> bool:
    """Return whether the shown fields are what `commit` was made over.

    False for every malformed opening too: unknown version, no field shown, places or names out
    of order or twice, a salt or hash of the wrong size, a name or value the format forbids.
    """
    if opening.version != VERSION or not opening.shown:
        return False
    shown: dict[int, bytes] = {}
    last: tuple[int, str] = (-1, "")
    for item in opening.shown:
        if item.place <= last[0] or item.name <= last[1]:
            return False
        if len(item.salt) != SALT_SIZE or not _NAME.fullmatch(item.name):
            return False
        try:
            shown[item.place] = field_hash(item.salt, item.name, value_text(item.value).encode())
        except (PishkhanError, UnicodeEncodeError):
            return False
        last = (item.place, item.name)
    try:
        return subset_root(opening.size, shown, opening.proof) == commit
    except BadProof:
        return False


def opening_to_json(opening: Opening) -> dict[str, Any]:
    """Return the opening as JSON values, hashes and salts in lower-case hexadecimal."""
    return {
        "v": opening.version,
        "size": opening.size,
        "shown": [
            {"place": s.place, "name": s.name, "salt": s.salt.hex(), "value": s.value}
            for s in opening.shown
        ],
        "proof": [item.hex() for item in opening.proof],
    }
