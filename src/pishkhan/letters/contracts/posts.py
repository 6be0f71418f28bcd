"""What lies at a post, and what was handed over with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Seat
from pishkhan.directory.contracts.stand_ins import StandInKind


@dataclass(frozen=True, slots=True)
class AtPost:
    """How much lies at a post, whoever holds it: numbers and a time, nothing of any letter.

    `unseen` and `overdue` are of the `open` ones, `oldest` is when the first of all that lie open
    or to be signed came; `drafts` are its own that did not go out, `prepared` orders that wait to
    be confirmed, `sent` what it referred to others and they have not finished.
    """

    open: int = 0
    unseen: int = 0
    overdue: int = 0
    to_sign: int = 0
    drafts: int = 0
    prepared: int = 0
    sent: int = 0
    oldest: datetime | None = None

    @property
    def waiting(self) -> int:
        """Return how many letters wait for the holder: open or to be signed."""
        return self.open + self.to_sign


@dataclass(frozen=True, slots=True)
class HandedStandIn:
    """A stand-in as it was when the post was handed over."""

    kind: StandInKind
    for_title: str
    by_title: str


@dataclass(frozen=True, slots=True)
class PostHandOver:
    """A hand-over of a post as it stands on record; the figures are those of `at`.

    It is in force from `from_at` on. `kept` stand-ins were confirmed, `ended` ones end then.
    """

    id: UUID
    post_id: UUID
    post_title: str
    agency_name: str
    leaver_name: str
    comer_id: UUID
    comer_name: str
    by_name: str
    at: datetime
    from_at: datetime
    basis: str
    counts: AtPost
    kept: tuple[HandedStandIn, ...]
    ended: tuple[HandedStandIn, ...]


@dataclass(frozen=True, slots=True)
class SeatAt:
    """One of a person's seats with how many letters wait there; `here`: he sits at it."""

    seat: Seat
    waits: int
    more: bool
    """Whether there are more than `waits`: no more are counted."""
    here: bool
