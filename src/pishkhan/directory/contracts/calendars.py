"""The days on which offices work, as a province says it over the public holidays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from pishkhan.kernel.workdays import Calendar


class Whose(StrEnum):
    """For which offices a day is settled; one agency's own day comes before its province's."""

    ALL = "all"
    AGENCIES = "agencies"
    COUNTERS = "counters"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class SaidDay:
    """A day that the administrator settled: `works` or not, and why.

    `agency_id` stands with AGENCY alone.
    """

    day: date
    whose: Whose
    works: bool
    name: str
    agency_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Calendars:
    """All calendars of a node: the days that were settled, in order, and who works Thursdays."""

    days: tuple[SaidDay, ...] = ()
    thursdays: frozenset[UUID] = field(default_factory=frozenset)

    def of_agency(self, agency_id: UUID | None) -> Calendar:
        """Return an agency's calendar; without one, what holds for all agencies."""
        said = self._said(Whose.ALL) | self._said(Whose.AGENCIES)
        if agency_id is not None:
            said |= {each.day: each.works for each in self.days if each.agency_id == agency_id}
        return Calendar(agency_id in self.thursdays, said)

    def of_counters(self) -> Mapping[date, bool]:
        """Return the days on which counters open, or stay shut, against their week."""
        return self._said(Whose.ALL) | self._said(Whose.COUNTERS)

    def _said(self, whose: Whose) -> dict[date, bool]:
        return {each.day: each.works for each in self.days if each.whose is whose}
