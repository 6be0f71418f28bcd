"""Problems with an agency that applicants and clerks tell of, and their public count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.letters.contracts.figures import without_small


class ProblemKind(StrEnum):
    """What went wrong."""

    NO_ANSWER = "no_answer"
    WRONG_RETURN = "wrong_return"
    TO_COME = "to_come"  # the applicant was asked to come in person
    OTHER = "other"


class ProblemBy(StrEnum):
    """Who told of it."""

    APPLICANT = "applicant"
    CLERK = "clerk"


class ProblemRole(StrEnum):
    """As what an office holds a problem."""

    COUNTER = "counter"
    AGENCY = "agency"
    SUPERIOR = "superior"  # the body above the agency


@dataclass(frozen=True, slots=True)
class ProblemView:
    """One problem as an office knows it; `arrival_id` leads the agency's secretariat to it."""

    id: UUID
    role: ProblemRole
    kind: ProblemKind
    words: str
    by: ProblemBy
    tracking_code: str
    agency_name: str
    superior_name: str
    counter_name: str
    opened_at: datetime
    due: date
    overdue: bool
    answered_at: datetime | None
    answer: str
    answered_by: str
    arrival_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ProblemFigures:
    """What is counted of one agency's problems; `opened` is the sum of the other three."""

    agency_name: str
    in_time: int
    late: int
    open: int

    @property
    def opened(self) -> int:
        """Return how many were told of."""
        return self.in_time + self.late + self.open


def published(found: ProblemFigures) -> dict[str, int | str]:
    """Return the figures as they may be shown: no number under SMALL, nor a sum that tells one."""
    parts = {"in_time": found.in_time, "late": found.late, "open": found.open}
    return without_small(parts, "opened")
