"""Nodes as the directory knows them, and what one has told of its directory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

CODES_RESTORED = "codes.restored"
"""File in HOME by which a restore says that codes were given after its copy was taken."""


class NodeRole(StrEnum):
    CENTRE = "centre"
    AGENCY = "agency"
    COUNTER = "counter"


@dataclass(frozen=True, slots=True)
class NodeView:
    """A node known here; `recipient` is the public age key its mail is sealed to, or ""."""

    id: UUID
    name: str
    role: NodeRole
    epoch: int
    key_id: str
    public_key: bytes
    is_self: bool
    recipient: str = ""
    revoked_at: datetime | None = None
    """Since when nothing of this node counts any more."""


@dataclass(frozen=True, slots=True)
class SnapshotTaken:
    """What came of a snapshot: rows by table. `stale`: an older one than the last, so ignored."""

    at: datetime
    counts: Mapping[str, int]
    stale: bool = False
