"""The bundle: what one node has for another, as it lies on a stick. Pure; docs/protocol/bundle.md.

A bundle is a manifest and its parts. In a folder each is a file of its own; as one file they
follow each other. Everything a reader needs to know before it trusts a byte stands in the
manifest, which the sending node signed.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay.dictionary import DICTIONARY_1
from pishkhan.relay.protocol import MAX_HEADER, MAX_PAYLOAD, read_time, write_time

SIGNED_AS = "bundle"
SUCCESSION = "succession"
FIRST_LINE = b"pishkhan/bundle/v1"
MANIFEST = "manifest"
ENVELOPES = "envelopes-"
MAX_MANIFEST = 8 * 2**20
MAX_PARTS = 20_000
MAX_STREAMS = 10_000
MAX_SUCCESSIONS = 64
TIP = 16
MAX_HOLES = 1_000
MAX_PART = 16 * 2**20
"""Bytes of a part with envelopes: it is read into memory. A file's part has no such bound."""
MAX_PLAIN = 32 * 2**20
"""Bytes that such a part may unpack to."""
FULL_PART = 4 * 2**20
"""A writer begins the next part with envelopes after so many bytes."""

_SIGNATURE = 64
_INT = 2**53 - 1
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{16}", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SIGNED = re.compile(r"[0-9a-f]{128}", re.ASCII)
_PART = re.compile(rf"{ENVELOPES}[1-9][0-9]{{0,3}}|[0-9a-f]{{64}}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bundle: `envelopes-<n>`, or a sealed file under its content's digest.

    `size` and `sha256` (hexadecimal) are of the piece as it lies there.
    """

    name: str
    size: int
    sha256: str

    @property
    def is_file(self) -> bool:
        """Return whether this is a letter's file, not envelopes."""
        return not self.name.startswith(ENVELOPES)


@dataclass(frozen=True, slots=True)
class Have:
    """What arrived of one stream: all up to `upto`, and above it all but `holes` up to `last`.

    The stream's origin is the node that the bundle is for. `holes` have both ends included. `tip`
    is how the id of the envelope under `last` begins, 16 digits; "" where none came.
    """

    epoch: int
    to: UUID
    upto: int
    last: int
    holes: tuple[tuple[int, int], ...] = ()
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """That a node goes on in an epoch by other keys, signed by the key of the epoch before.

    `former` is that key's id and `since` its epoch; `key` the new relay key's 32 bytes.
    """

    epoch: int
    key: bytes
    recipient: str
    since: int
    former: str
    signature: bytes

    @property
    def key_id(self) -> str:
        """The new key's id, 16 hexadecimal digits."""
        return hashlib.sha256(self.key).hexdigest()[:16]

    def signed(self, node: UUID) -> bytes:
        """Return the bytes that the former key signed as a `succession` of this node."""
        return canonical.dumps({**self._told(), "node": str(node)})

    def written(self) -> dict[str, Any]:
        """Return it as it stands in a manifest."""
        return {**self._told(), "signature": self.signature.hex()}

    def _told(self) -> dict[str, Any]:
        return {
            "epoch": self.epoch,
            "former": self.former,
            "key": self.key.hex(),
            "recipient": self.recipient,
            "since": self.since,
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """Who made the bundle, for whom, what lies in it and what the maker has received.

    `successions`: how the maker came to its epoch, the oldest first, for who may not know it.
    """

    origin: UUID
    epoch: int
    key: str
    to: UUID
    number: int
    made: datetime
    have: tuple[Have, ...]
    parts: tuple[Part, ...]
    successions: tuple[Succession, ...] = ()


class Frame(NamedTuple):
    """An envelope's three byte strings as they travel."""

    header: bytes
    payload: bytes
    signature: bytes


def write(manifest: Manifest) -> bytes:
    """Return the manifest's JSON (RFC 8785), one line without its end: what is signed."""
    successions = [each.written() for each in manifest.successions]
    return canonical.dumps(
        {
            **({"successions": successions} if successions else {}),
            "epoch": manifest.epoch,
            "have": [
                {
                    "epoch": each.epoch,
                    "holes": [list(hole) for hole in each.holes],
                    "last": each.last,
                    **({"tip": each.tip} if each.tip else {}),
                    "to": str(each.to),
                    "upto": each.upto,
                }
                for each in manifest.have
            ],
            "key": manifest.key,
            "made": write_time(manifest.made),
            "number": manifest.number,
            "origin": str(manifest.origin),
            "parts": [
                {"name": each.name, "sha256": each.sha256, "size": each.size}
                for each in manifest.parts
            ],
            "to": str(manifest.to),
        }
    )


def text(body: bytes, signature: bytes) -> bytes:
    """Return the manifest as it stands in the bundle: three lines."""
    return b"%b\n%b\n%b\n" % (FIRST_LINE, body, signature.hex().encode("ascii"))


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return (JSON, signature) of a manifest's three lines; Invalid `relay.bundle`."""
    lines = data.split(b"\n")
    if len(lines) != 4 or lines[0] != FIRST_LINE or lines[3]:
        raise broken()
    signature = lines[2].decode("latin-1")
    if _SIGNED.fullmatch(signature) is None:
        raise broken()
    return lines[1], bytes.fromhex(signature)


def read(body: bytes) -> Manifest:
    """Return what a manifest's JSON says; Invalid `relay.bundle`. No signature is verified."""
    try:
        value = canonical.loads(body)
        same = canonical.dumps(value) == body
    except Invalid:
        same = False
    if not same:
        raise broken()
    heirs = isinstance(value, dict) and "successions" in value
    names = ("epoch", "have", "key", "made", "number", "origin", "parts", "to")
    told = _members(value, *names, *(["successions"] if heirs else []))
    parts = tuple(_part(each) for each in _list(told["parts"], MAX_PARTS))
    if len({part.name for part in parts}) != len(parts):
        raise broken()
    return Manifest(
        origin=_uuid(told["origin"]),
        epoch=_int(told["epoch"], 1),
        key=_match(_KEY, told["key"]),
        to=_uuid(told["to"]),
        number=_int(told["number"], 1),
        made=_time(told["made"]),
        have=tuple(_have(each) for each in _list(told["have"], MAX_STREAMS)),
        parts=parts,
        successions=read_successions(told["successions"]) if heirs else (),
    )


class Packer:
    """Writes envelopes of one part: frames in one compressed stream, for headers are alike.

    Words and what looks like chance (sealed payloads, signatures) end a deflate block each: one
    code for both costs each of them an eighth.
    """

    def __init__(self) -> None:
        self._zlib = zlib.compressobj(9, zdict=DICTIONARY_1)
        self._plain = 0
        self.size = 0

    def add(self, frame: Frame) -> bytes:
        """Return the bytes to write for this envelope, perhaps none yet."""
        words = b"".join(
            (
                len(frame.header).to_bytes(4, "big"),
                frame.header,
                len(frame.payload).to_bytes(4, "big"),
            )
        )
        chance = frame.payload + frame.signature
        self._plain += len(words) + len(chance)
        return self._out(self._block(words) + self._block(chance))

    def end(self) -> bytes:
        """Return what is left to write."""
        return self._out(self._zlib.flush())

    @property
    def full(self) -> bool:
        """Return whether the next envelope belongs in the next part."""
        return self._plain >= FULL_PART

    def _block(self, data: bytes) -> bytes:
        return self._zlib.compress(data) + self._zlib.flush(zlib.Z_BLOCK)

    def _out(self, data: bytes) -> bytes:
        self.size += len(data)
        return data


def unpack(data: bytes) -> Iterator[Frame]:
    """Yield the envelopes of a part; Invalid `relay.bundle` where it is not one, or is too big.

    What was yielded before the error came whole and may be taken.
    """
    stream = zlib.decompressobj(zdict=DICTIONARY_1)
    try:
        plain = stream.decompress(data, MAX_PLAIN)
    except zlib.error:
        raise broken() from None
    if not stream.eof or stream.unused_data:
        raise broken()
    at = 0
    while at < len(plain):
        header, at = _chunk(plain, at, MAX_HEADER)
        payload, at = _chunk(plain, at, MAX_PAYLOAD)
        if at + _SIGNATURE > len(plain):
            raise broken()
        yield Frame(header, payload, plain[at : at + _SIGNATURE])
        at += _SIGNATURE


def holes_in(numbers: Iterable[int], upto: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges missing above `upto` between rising numbers; at most MAX_HOLES."""
    found: list[tuple[int, int]] = []
    before = upto
    for number in numbers:
        if number > before + 1:
            found.append((before + 1, number - 1))
            if len(found) == MAX_HOLES:
                break
        before = max(before, number)
    return tuple(found)


def broken() -> Invalid:
    """Return the error for what is no bundle, or a damaged one."""
    return Invalid("relay.bundle", N_("The post bag is damaged, or it is no post bag."))


def _chunk(plain: bytes, at: int, most: int) -> tuple[bytes, int]:
    size = int.from_bytes(plain[at : at + 4], "big")
    begin = at + 4
    if size > most or begin + size > len(plain):
        raise broken()
    return plain[begin : begin + size], begin + size


def read_successions(value: object) -> tuple[Succession, ...]:
    """Return what a manifest, or a line's hello or answer, tells; Invalid `relay.bundle`."""
    found = tuple(_succession(each) for each in _list(value, MAX_SUCCESSIONS))
    if not found:
        raise broken()
    return found


def _succession(value: object) -> Succession:
    told = _members(value, "epoch", "former", "key", "recipient", "signature", "since")
    recipient = told["recipient"]
    if not isinstance(recipient, str) or not 1 <= len(recipient) <= 100:
        raise broken()
    return Succession(
        epoch=_int(told["epoch"], 2),
        key=bytes.fromhex(_match(_DIGEST, told["key"])),
        recipient=recipient,
        since=_int(told["since"], 1),
        former=_match(_KEY, told["former"]),
        signature=bytes.fromhex(_match(_SIGNED, told["signature"])),
    )


def _part(value: object) -> Part:
    told = _members(value, "name", "sha256", "size")
    part = Part(_match(_PART, told["name"]), _int(told["size"], 0), _match(_DIGEST, told["sha256"]))
    if not part.is_file and part.size > MAX_PART:
        raise broken()
    return part


def _have(value: object) -> Have:
    tips = ["tip"] if isinstance(value, dict) and "tip" in value else []
    told = _members(value, "epoch", "holes", "last", "to", "upto", *tips)
    upto, last = _int(told["upto"], 0), _int(told["last"], 0)
    holes = []
    least = upto + 1
    for pair in _list(told["holes"], MAX_HOLES):
        if not isinstance(pair, list) or len(pair) != 2:
            raise broken()
        first, end = _int(pair[0], least), _int(pair[1], least)
        if not first <= end < last:
            raise broken()
        holes.append((first, end))
        least = end + 2
    if last < upto:
        raise broken()
    tip = _match(_KEY, told["tip"]) if tips else ""
    return Have(_int(told["epoch"], 1), _uuid(told["to"]), upto, last, tuple(holes), tip)


def _members(value: object, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != set(names):
        raise broken()
    return value


def _list(value: object, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise broken()
    return value


def _int(value: object, least: int) -> int:
    if type(value) is not int or not least <= value <= _INT:
        raise broken()
    return value


def _match(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or pattern.fullmatch(value) is None:
        raise broken()
    return value


def _uuid(value: object) -> UUID:
    return UUID(_match(_UUID, value))


def _time(value: object) -> datetime:
    try:
        return read_time(value)
    except Invalid:
        raise broken() from None
