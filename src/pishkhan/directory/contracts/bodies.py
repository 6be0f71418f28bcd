"""Bodies that are addressed together: what lies below an agency in the tree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class BodiesKind(StrEnum):
    """Which bodies a group means."""

    BELOW = "below"  # every agency below one, at whatever depth
    DEHYARIS = "dehyaris"  # of these the dehyaris
    OFFICES = "offices"  # of these all but the dehyaris


@dataclass(frozen=True, slots=True)
class Bodies:
    """Names a group: bodies of a kind, below this agency."""

    kind: BodiesKind
    agency_id: UUID


@dataclass(frozen=True, slots=True)
class BodiesRow:
    """A group on offer: its name as a letter's paper says it, and how many take letters."""

    bodies: Bodies
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Body:
    """One of a group, and the secretariat that takes its letters."""

    agency_id: UUID
    name: str
    office_id: UUID
