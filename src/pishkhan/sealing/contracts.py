"""What sealing gives: frozen shapes, free of cipher libraries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
