"""What sealing gives: frozen shapes, free of cipher libraries."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NodeKey:
    """The public half of this node's relay key.

    `key_id` is the lower-case hexadecimal of the first 8 bytes of SHA-256 over `public_key`,
    which is the 32 raw bytes of RFC 8032.
    """

    key_id: str
    public_key: bytes
