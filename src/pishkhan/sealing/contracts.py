"""What sealing gives: frozen shapes, free of cipher libraries."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID


class KeyUse(StrEnum):
    """What a key of this node signs; each has a key of its own."""

    RELAY = "relay"
    LOG = "log"
    WITNESS = "witness"


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The public half of a key of this node.

    `key_id` is the lower-case hexadecimal of the first 8 bytes of SHA-256 over `public_key`,
    which is the 32 raw bytes of RFC 8032.
    """

    key_id: str
    public_key: bytes


@dataclass(frozen=True, slots=True)
class NextKeys:
    """The public halves of the relay key and the seal key that this node goes on with."""

    relay: NodeKey
    recipient: str


@dataclass(frozen=True, slots=True)
class SigningKey(NodeKey):
    """A key of this node as it is now: what names it and what it signs agree.

    Whoever signs and writes beside it by which key takes one of these for both: the node may
    switch to its next key between two calls.
    """

    sign: Callable[[str, bytes], bytes]
    """Returns the 64-byte signature over data of a kind, as `api.sign` does."""


@dataclass(frozen=True, slots=True)
class FormerKey(NodeKey):
    """The public half of a key by which this node signed until `ended`.

    `name` is what it signed for last: the node's UUID, or the origin of the log.
    """

    name: str
    ended: datetime


@dataclass(frozen=True, slots=True)
class RawKey:
    """A key of this node that signs messages whose form others fix (C2SP): 32 bytes, and how."""

    public: bytes
    sign: Callable[[bytes], bytes]
    """Returns the 64-byte Ed25519 signature over exactly this message."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A server's certificate; `own` when this office's authority made it."""

    names: tuple[str, ...]
    begins: datetime
    ends: datetime
    issuer: str
    fingerprint: str
    own: bool


# --- what an agency's root signs (docs/protocol/keys.md) -------------------------------------


def key_id_of(key: bytes) -> str:
    """Return the id of a key: the first 8 bytes of SHA-256 over its 32, in hexadecimal."""
    return sha256(key).digest()[:8].hex()


def second(at: datetime) -> str:
    """Return a moment as RFC 3339 in UTC without decimals."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def base64(data: bytes) -> str:
    """Return standard Base64 (RFC 4648, section 4)."""
    return b64encode(data).decode("ascii")


class SubjectKind(StrEnum):
    """What a stated key is for."""

    RELAY = "node-relay"
    LOG = "node-log"
    WITNESS = "node-witness"
    POST = "post"


class Reason(StrEnum):
    """Why a key is revoked."""

    COMPROMISED = "compromised"
    """Others have it, or may have."""
    LOST = "lost"
    """Nobody has it any more."""
    SUPERSEDED = "superseded"
    """Another took its place."""
    ENDED = "ended"
    """The node or post is no more."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A key and what it is for: `name` is the UUID of node or post, or the vkey (log, witness)."""

    kind: SubjectKind
    name: str
    key: bytes

    @property
    def node(self) -> UUID | None:
        """Whose key it is; None for a post's."""
        if self.kind is SubjectKind.POST:
            return None
        if self.kind is SubjectKind.RELAY:
            return UUID(self.name)
        return UUID(self.name.split("/")[1])

    @property
    def key_id(self) -> str:
        """The id by which a list revokes the key."""
        return key_id_of(self.key)


@dataclass(frozen=True, slots=True)
class Statement:
    """An agency's root says whose key this is, from a moment on, and until when if it ends."""

    agency: UUID
    root: str
    number: int
    subject: Subject
    begins: datetime
    ends: datetime | None = None

    def value(self) -> dict[str, Any]:
        """Return the JSON object that is signed."""
        told = {
            "agency": str(self.agency),
            "from": second(self.begins),
            "key": base64(self.subject.key),
            "kind": self.subject.kind.value,
            "number": self.number,
            "root": self.root,
            "subject": self.subject.name,
        }
        return told if self.ends is None else {**told, "until": second(self.ends)}


@dataclass(frozen=True, slots=True)
class Revoked:
    """A key that counts no more for what no checkpoint covers that was cosigned before `at`."""

    key_id: str
    at: datetime
    reason: Reason


@dataclass(frozen=True, slots=True)
class Revocations:
    """All keys of an agency that are revoked, by key id; a newer list comes by `next`."""

    agency: UUID
    root: str
    number: int
    issued: datetime
    next: datetime
    revoked: tuple[Revoked, ...]

    def value(self) -> dict[str, Any]:
        """Return the JSON object that is signed."""
        return {
            "agency": str(self.agency),
            "issued": second(self.issued),
            "next": second(self.next),
            "number": self.number,
            "revoked": [
                {"at": second(each.at), "key": each.key_id, "reason": each.reason.value}
                for each in self.revoked
            ],
            "root": self.root,
        }


@dataclass(frozen=True, slots=True)
class RootChange:
    """An agency's root says which key is the root from now on; `number` counts its roots."""

    agency: UUID
    root: str
    number: int
    issued: datetime
    key: bytes

    def value(self) -> dict[str, Any]:
        """Return the JSON object that is signed."""
        return {
            "agency": str(self.agency),
            "issued": second(self.issued),
            "key": base64(self.key),
            "number": self.number,
            "root": self.root,
        }


Said = Statement | Revocations | RootChange


@dataclass(frozen=True, slots=True)
class RootView:
    """An agency's present root; `number` counts its roots, `since` is when it was registered."""

    agency: UUID
    key_id: str
    key: bytes
    number: int
    since: datetime


@dataclass(frozen=True, slots=True)
class StatedKey:
    """A key that a root stated, with its revocation when it has one."""

    number: int
    root: str
    subject: Subject
    begins: datetime
    ends: datetime | None
    revoked: Revoked | None


@dataclass(frozen=True, slots=True)
class AgencyKeys:
    """What this node knows of an agency's keys; `revocations` is the newest list."""

    root: RootView
    stated: tuple[StatedKey, ...]
    revocations: Revocations | None


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """This node's keys of one use: in use, made and not yet in use, and in use before."""

    subject: Subject
    next: Subject | None
    former: tuple[FormerKey, ...]


@dataclass(frozen=True, slots=True)
class Switched:
    """By which key this node signs for one use; `new` is False where it did so already."""

    subject: Subject
    former: str
    new: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a paper: `new` is False for one that was known already."""

    label: str
    agency: UUID
    number: int
    new: bool
