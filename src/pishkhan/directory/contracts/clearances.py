"""Clearance of a person: up to which class of state letters he may see, since when, until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

UNCLEARED = "1"
"""The class of ordinary letters: what everybody at work may see who has a part in them."""

HIGHEST = "5"


@dataclass(frozen=True, slots=True)
class ClearanceRow:
    """One grant; `level` is the highest class that it opens, `until_at` None while it lasts."""

    id: UUID
    level: str
    granted_by: str
    from_at: datetime
    until_at: datetime | None
    basis: str
    holds: bool
    """Whether it holds now."""
