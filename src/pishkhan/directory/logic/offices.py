"""Offices: counters and secretariats as parties to custody."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import OfficeKind, OfficeRef
from pishkhan.directory.models import Counter, Secretariat
from pishkhan.kernel.errors import NotFound


def office(office_id: UUID) -> OfficeRef:
    """Return a counter or secretariat, open or closed; NotFound `directory.no-office`."""
    found = offices([office_id])
    if office_id not in found:
        raise NotFound("directory.no-office")
    return found[office_id]


def offices(office_ids: Iterable[UUID]) -> dict[UUID, OfficeRef]:
    """Return those of the offices that are known, by id, in at most two queries."""
    wanted = set(office_ids)
    if not wanted:
        return {}
    found = {ref.id: ref for ref in _secretariats(pk__in=wanted)}
    missing = wanted - found.keys()
    if missing:
        for id_, name in Counter.objects.filter(pk__in=missing).values_list("id", "name"):
            found[id_] = OfficeRef(id_, OfficeKind.COUNTER, name, None, "")
    return found


def offices_of_agency(agency_id: UUID) -> list[OfficeRef]:
    """Return the agency's open secretariats, the default one first."""
    return _secretariats(agency_id=agency_id, active=True)


def default_secretariat(agency_id: UUID) -> OfficeRef:
    """Return where letters to the agency arrive; NotFound `directory.no-secretariat`."""
    found = _secretariats(agency_id=agency_id, active=True, is_default=True)
    if not found:
        raise NotFound("directory.no-secretariat")
    return found[0]


def _secretariats(**conditions: object) -> list[OfficeRef]:
    rows = (
        Secretariat.objects.filter(**conditions)
        .order_by("-is_default", "id")
        .values_list("id", "name", "agency_id", "agency__name")
    )
    return [
        OfficeRef(id_, OfficeKind.SECRETARIAT, name, agency_id, agency)
        for id_, name, agency_id, agency in rows
    ]
