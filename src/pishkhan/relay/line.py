"""What two nodes say to each other at the beginning of a contact. Pure; docs/protocol/line.md.

A village's node calls with a hello and is answered. Each is a signature and the JSON (RFC 8785)
that it signs, in that order and with nothing between: few bytes, for most contacts are no more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay.bundle import Succession, read_successions
from pishkhan.relay.protocol import read_time, write_time

HELLO, ANSWER = "line-hello", "line-answer"
SIGNATURE = 64
MOST = 2048
"""Bytes of a hello, and of an answer."""
MOST_SUCCESSIONS = 3
"""The newest of them; a node that began more epochs unheard tells the older ones by a stick."""
TAG = 16
"""Digits of a bag's SHA-256 by which it is called when it has been taken."""

REASONS = {
    "relay.line-silent": N_("The centre cannot be reached: is the line up?"),
    "relay.line-cut": N_("The line broke; it goes on from there."),
    "relay.line-tls": N_("The centre could not prove who it is (TLS)."),
    "relay.line-form": N_("What answers there is no node of this system."),
    "relay.line-other-node": N_("Another node answers there than this node's centre."),
    "relay.line-unknown": N_(
        "The centre does not know this node, or believes it no more: ask the people there."
    ),
    "relay.line-busy": N_("The centre is busy; it is tried again."),
    "relay.line-damaged": N_("The post bag came damaged; it is sent anew."),
    "relay.line-other-bag": N_("The post bag is not between these two nodes."),
    "relay.line-too-large": N_("The post bag is larger than one may be."),
}
"""Why a contact over the line came to nothing; each is tried again."""

_INT = 2**53 - 1
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_KEY = re.compile(r"[0-9a-f]{16}", re.ASCII)
_HEARD = re.compile(r"(?:[0-9a-f]{16})?", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Za-z_-]{0,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Bag:
    """A bag as a file: bytes, and its hexadecimal SHA-256."""

    sha256: str
    size: int

    @property
    def tag(self) -> str:
        """Return what it is called by once it was taken."""
        return self.sha256[:TAG]


@dataclass(frozen=True, slots=True)
class Upload:
    """A bag that has come in part: the last word of its address, and how many bytes are there."""

    id: UUID
    offset: int


@dataclass(frozen=True, slots=True)
class Hello:
    """Who calls whom, and how it stands there.

    `number` rises with each hello of a node; `at` is by its clock; `heard` the tag of the newest
    bag that it took whole ("": none); `bag` what it has to send and may have begun to; `light`
    asks for a bag without files, `want` for one with the newest `have` also if nothing waits.
    `successions` is how the node came to its epoch, for who may not know it.
    """

    node: UUID
    epoch: int
    key: str
    to: UUID
    number: int
    at: datetime
    heard: str = ""
    bag: Bag | None = None
    light: bool = False
    want: bool = False
    successions: tuple[Succession, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the called node says, by its key of an epoch. `number` and `to` are the hello's.

    `last` is the highest number that came from that node; without a `token` the hello was not
    above it, and nothing else is told. `up` is how far the hello's bag has come, `bag` what waits
    for the caller; `heard` and `want` as in the hello.
    """

    to: UUID
    number: int
    last: int
    at: datetime
    epoch: int = 1
    key: str = ""
    token: str = ""
    heard: str = ""
    bag: Bag | None = None
    up: Upload | None = None
    want: bool = False
    successions: tuple[Succession, ...] = ()


def write_hello(hello: Hello) -> bytes:
    """Return the hello's JSON: what is signed."""
    return _written(
        {
            "at": write_time(hello.at),
            "bag": _bag_told(hello.bag),
            "epoch": hello.epoch,
            "heard": hello.heard,
            "key": hello.key,
            "light": hello.light,
            "node": str(hello.node),
            "number": hello.number,
            "successions": [each.written() for each in hello.successions],
            "to": str(hello.to),
            "want": hello.want,
        }
    )


def read_hello(body: bytes) -> Hello:
    """Return what a hello's JSON says; Invalid `relay.line-form`. No signature is verified."""
    told = _members(
        body,
        ("at", "epoch", "key", "node", "number", "to"),
        {"bag": None, "heard": "", "light": False, "successions": [], "want": False},
    )
    return Hello(
        node=_uuid(told["node"]),
        epoch=_int(told["epoch"], 1),
        key=_match(_KEY, told["key"]),
        to=_uuid(told["to"]),
        number=_int(told["number"], 1),
        at=_time(told["at"]),
        heard=_match(_HEARD, told["heard"]),
        bag=_bag(told["bag"]),
        light=_bool(told["light"]),
        want=_bool(told["want"]),
        successions=_successions(told["successions"]),
    )


def write_answer(answer: Answer) -> bytes:
    """Return the answer's JSON: what is signed."""
    up = answer.up
    return _written(
        {
            "at": write_time(answer.at),
            "bag": _bag_told(answer.bag),
            "epoch": answer.epoch,
            "heard": answer.heard,
            "key": answer.key,
            "last": answer.last,
            "number": answer.number,
            "successions": [each.written() for each in answer.successions],
            "to": str(answer.to),
            "token": answer.token,
            "up": None if up is None else {"id": str(up.id), "offset": up.offset},
            "want": answer.want,
        }
    )


def read_answer(body: bytes) -> Answer:
    """Return what an answer's JSON says; Invalid `relay.line-form`. No signature is verified."""
    told = _members(
        body,
        ("at", "epoch", "key", "last", "number", "to"),
        {"bag": None, "heard": "", "successions": [], "token": "", "up": None, "want": False},
    )
    up = told["up"]
    if up is not None and (not isinstance(up, dict) or up.keys() != {"id", "offset"}):
        raise ill_formed()
    return Answer(
        to=_uuid(told["to"]),
        number=_int(told["number"], 1),
        last=_int(told["last"], 1),
        at=_time(told["at"]),
        epoch=_int(told["epoch"], 1),
        key=_match(_KEY, told["key"]),
        token=_match(_TOKEN, told["token"]),
        heard=_match(_HEARD, told["heard"]),
        bag=_bag(told["bag"]),
        up=None if up is None else Upload(_uuid(up["id"]), _int(up["offset"], 0)),
        want=_bool(told["want"]),
        successions=_successions(told["successions"]),
    )


def join(body: bytes, signature: bytes) -> bytes:
    """Return a hello or an answer as it travels."""
    return signature + body


def split(data: bytes) -> tuple[bytes, bytes]:
    """Return (JSON, signature) of what travelled; Invalid `relay.line-form`."""
    if not SIGNATURE < len(data) <= MOST:
        raise ill_formed()
    return data[SIGNATURE:], data[:SIGNATURE]


def ill_formed() -> Invalid:
    """Return the error for what is no hello or no answer."""
    return Invalid("relay.line-form", N_("What answers there is no node of this system."))


def _bag_told(bag: Bag | None) -> dict[str, Any] | None:
    return None if bag is None else {"sha256": bag.sha256, "size": bag.size}


def _bag(value: object) -> Bag | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"sha256", "size"}:
        raise ill_formed()
    return Bag(_match(_DIGEST, value["sha256"]), _int(value["size"], 1))


def _successions(value: object) -> tuple[Succession, ...]:
    if value == []:
        return ()
    try:
        found = read_successions(value)
    except Invalid:
        raise ill_formed() from None
    if len(found) > MOST_SUCCESSIONS:
        raise ill_formed()
    return found


def _written(told: dict[str, Any]) -> bytes:
    """Return the JSON without what is empty: most contacts say little."""
    return canonical.dumps({name: each for name, each in told.items() if each or type(each) is int})


def _members(body: bytes, names: tuple[str, ...], usual: dict[str, Any]) -> dict[str, Any]:
    """Return the members, those left out with their usual value. One meaning, one form."""
    try:
        value = canonical.loads(body)
        same = canonical.dumps(value) == body
    except Invalid:
        same = False
    if not same or not isinstance(value, dict):
        raise ill_formed()
    if not set(names) <= value.keys() <= {*names, *usual}:
        raise ill_formed()
    if any(name in value and value[name] == usual[name] for name in usual):
        raise ill_formed()
    return {**usual, **value}


def _int(value: object, least: int) -> int:
    if type(value) is not int or not least <= value <= _INT:
        raise ill_formed()
    return value


def _bool(value: object) -> bool:
    if not isinstance(value, bool):
        raise ill_formed()
    return value


def _match(pattern: re.Pattern[str], value: object) -> str:
    if not isinstance(value, str) or len(value) > 200 or pattern.fullmatch(value) is None:
        raise ill_formed()
    return value


def _uuid(value: object) -> UUID:
    return UUID(_match(_UUID, value))


def _time(value: object) -> datetime:
    try:
        return read_time(value)
    except Invalid:
        raise ill_formed() from None
