from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.calendars import Calendars
from pishkhan.directory.logic.calendars import Changed, change
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency


def set_thursday(actor: Actor, agency_id: UUID, *, works: bool) -> None:
    """Say whether an agency works on Thursdays. Needs ADMIN; NotFound `directory.no-agency`."""

    def what(found: Calendars, _today: date) -> Changed:
        the(Agency.objects.all(), agency_id, "agency")
        after = found.thursdays | {agency_id} if works else found.thursdays - {agency_id}
        return Calendars(found.days, after), {"agency": str(agency_id), "works": works}

    change(actor, "calendar.thursday-set", what)
