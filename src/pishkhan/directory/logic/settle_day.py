from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.calendars import Calendars, SaidDay, Whose
from pishkhan.directory.logic.calendars import Changed, change, which
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency
from pishkhan.directory.rules import line
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.i18n import N_, Message

MOST = 500
"""Settled days; those older than KEPT fall out when one is added."""
KEPT = timedelta(days=400)
LONGEST = 120


def settle_day(
    actor: Actor,
    *,
    day: date,
    whose: Whose,
    works: bool,
    name: str,
    agency_id: UUID | None = None,
) -> None:
    """Say of a day to come that offices work, or do not; said again, the later word holds.

    `name` tells why («تعطیلی به علت برف») and is shown. Needs ADMIN. Raises Invalid (`day`,
    `name`, `agency`), Refused (`directory.full-calendar`), NotFound (`directory.no-agency`).
    """
    name = line("name", name, longest=LONGEST)
    if (agency_id is not None) is not (whose is Whose.AGENCY):
        said = Message(N_("Choose the agency whose day this is."))
        raise Invalid("directory.whose-day", fields={"agency": said})

    def what(found: Calendars, today: date) -> Changed:
        if day < today:
            past = Message(N_("Choose a day to come."))
            raise Invalid("directory.past-day", fields={"day": past})
        if agency_id is not None:
            the(Agency.objects.all(), agency_id, "agency")
        kept = [
            each
            for each in found.days
            if each.day >= today - KEPT
            and (each.day, each.whose, each.agency_id) != (day, whose, agency_id)
        ]
        if len(kept) >= MOST:
            raise Refused("directory.full-calendar", N_("The calendar is full."))
        kept.append(SaidDay(day, whose, works, name, agency_id))
        fields = {"name": name, "works": works} | which(day, whose, agency_id)
        return Calendars(tuple(sorted(kept, key=_place)), found.thursdays), fields

    change(actor, "calendar.day-settled", what)


def _place(said: SaidDay) -> tuple[date, str, str]:
    return said.day, said.whose.value, str(said.agency_id)
