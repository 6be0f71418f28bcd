"""Offices: counters and secretariats as parties to custody."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import OfficeKind, OfficeRef, SecretariatKind
from pishkhan.directory.models import Counter, Secretariat
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.prepared import Prepared


def office(office_id: UUID) -> OfficeRef:
    """Return a counter or secretariat, open or closed; NotFound `directory.no-office`."""
    found = _SECRETARIAT.rows(office_id=office_id)
    if found:
        return _secretariat(*found[0])
    for id_, name in _COUNTER.rows(office_id=office_id):
        return OfficeRef(id_, OfficeKind.COUNTER, name, None, "")
    raise NotFound("directory.no-office")


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
    """Return where letters to the agency arrive; NotFound `directory.no-secretariat`.

    A closed agency takes no letters: it has no such place.
    """
    for row in _DEFAULT.rows(agency_id=agency_id):
        return _secretariat(*row)
    raise NotFound("directory.no-secretariat")


def confidential_secretariat(agency_id: UUID) -> OfficeRef:
    """Return where state letters above class 1 go; NotFound `directory.no-secretariat`."""
    found = _secretariats(
        agency_id=agency_id,
        agency__active=True,
        active=True,
        kind=SecretariatKind.CONFIDENTIAL.value,
    )
    if not found:
        raise NotFound("directory.no-secretariat")
    return found[0]


def _secretariats(**conditions: object) -> list[OfficeRef]:
    rows = Secretariat.objects.filter(**conditions).order_by("-is_default", "id")
    return [_secretariat(*row) for row in rows.values_list(*_COLUMNS)]


def _secretariat(id_: UUID, name: str, agency_id: UUID, agency: str, kind: str) -> OfficeRef:
    hidden = kind == SecretariatKind.CONFIDENTIAL
    return OfficeRef(id_, OfficeKind.SECRETARIAT, name, agency_id, agency, confidential=hidden)


_COLUMNS = ("id", "name", "agency_id", "agency__name", "kind")
_SECRETARIAT = Prepared(
    lambda office_id: Secretariat.objects.filter(pk=office_id).values_list(*_COLUMNS),
    office_id=UUID,
)
_COUNTER = Prepared(
    lambda office_id: Counter.objects.filter(pk=office_id).values_list("id", "name"),
    office_id=UUID,
)
_DEFAULT = Prepared(
    lambda agency_id: Secretariat.objects.filter(
        agency_id=agency_id, agency__active=True, active=True, is_default=True
    ).values_list(*_COLUMNS),
    agency_id=UUID,
)
