"""How it went: what an applicant says of the agency and of the counter, and what all see of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.letters.contracts.figures import SMALL, without_small


class RatedSide(StrEnum):
    """Whom a rating is about."""

    AGENCY = "agency"
    COUNTER = "counter"


class Face(StrEnum):
    """How content the applicant is."""

    GOOD = "good"
    FAIR = "fair"
    BAD = "bad"


class RatingReason(StrEnum):
    """Why he is not content; a closed list, so that nobody writes a name."""

    LATE = "late"
    UNCLEAR = "unclear"
    UNFRIENDLY = "unfriendly"
    TO_COME = "to_come"  # he was asked to come again


@dataclass(frozen=True, slots=True)
class RatingGiven:
    """What is said of one side; the reason is dropped where the face is GOOD."""

    face: Face
    reason: RatingReason | None = None


@dataclass(frozen=True, slots=True)
class OwnRating:
    """What the applicant said, or may say, of one side."""

    side: RatedSide
    name: str
    face: Face | None
    reason: RatingReason | None
    until: datetime | None
    """Until when he may say otherwise; None while he said nothing."""
    open: bool


@dataclass(frozen=True, slots=True)
class RatingRow:
    """One rating as the agency reads it; `arrival_id` only where the reader may see the letter."""

    at: datetime
    face: Face
    reason: RatingReason | None
    counter_name: str
    arrival_id: UUID | None


@dataclass(frozen=True, slots=True)
class RatingFigures:
    """What is counted of one agency or one counter."""

    name: str
    good: int
    fair: int
    bad: int

    @property
    def all(self) -> int:
        """Return how many said something."""
        return self.good + self.fair + self.bad


@dataclass(frozen=True, slots=True)
class OfficeRatings:
    """An office's own: its figures, how often each reason was named, and (an agency's) the list."""

    figures: RatingFigures
    reasons: dict[RatingReason, int]
    rows: tuple[RatingRow, ...] = ()


def rating_published(found: RatingFigures) -> dict[str, int | str]:
    """Return the figures as they may be shown: no number under SMALL, nor a sum that tells one."""
    return without_small({"good": found.good, "fair": found.fair, "bad": found.bad}, "all")


def is_told(found: RatingFigures) -> bool:
    """Return whether there are enough to say anything at all."""
    return found.all >= SMALL
