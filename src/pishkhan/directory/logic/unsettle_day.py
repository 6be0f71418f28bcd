from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.calendars import Calendars, Whose
from pishkhan.directory.logic.calendars import Changed, change, which
from pishkhan.kernel.errors import NotFound


def unsettle_day(actor: Actor, *, day: date, whose: Whose, agency_id: UUID | None = None) -> None:
    """Take a settled day back: the week and the public holidays hold again.

    Needs ADMIN. Raises NotFound (`directory.no-day`).
    """

    def what(found: Calendars, _today: date) -> Changed:
        gone = (day, whose, agency_id)
        kept = [each for each in found.days if (each.day, each.whose, each.agency_id) != gone]
        if len(kept) == len(found.days):
            raise NotFound("directory.no-day")
        return Calendars(tuple(kept), found.thursdays), which(day, whose, agency_id)

    change(actor, "calendar.day-unsettled", what)
