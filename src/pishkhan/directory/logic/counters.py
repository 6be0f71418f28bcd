"""Reading counters."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, UUIDField

from pishkhan.directory.contracts import (
    CounterKind,
    CounterRow,
    CounterView,
    DivisionLevel,
    PlacedCounter,
)
from pishkhan.directory.logic.common import contains_words, page
from pishkhan.directory.models import Counter, OfficePlace
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import normalise


def counter(counter_id: UUID) -> CounterView:
    """Return a counter, open or closed; NotFound `directory.no-counter`. One query."""
    row = Counter.objects.select_related("division").filter(pk=counter_id).first()
    if row is None:
        raise NotFound("directory.no-counter")
    return CounterView(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=CounterKind(row.kind),
        licence_number=row.licence_number,
        licence_from=row.licence_from,
        licence_until=row.licence_until,
        division_id=row.division_id,
        division_name="" if row.division is None else row.division.name,
        address=row.address,
        phone=row.phone,
        hours=row.hours,
        lat=row.lat,
        lon=row.lon,
        connected=row.connected,
        active=row.active,
    )


def counters(
    q: str = "",
    *,
    division_id: UUID | None = None,
    kind: CounterKind | None = None,
    connected: bool | None = None,
    active: bool | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[CounterRow]:
    """Return a page of counters by name whose names hold every word of `q`. One query.

    `division_id` is the division where they stand, or any one above it: a county has its villages.
    """
    rows = contains_words(Counter.objects.all(), normalise(q).split())
    if division_id is not None:
        rows = rows.filter(_within(division_id))
    if kind is not None:
        rows = rows.filter(kind=kind.value)
    if connected is not None:
        rows = rows.filter(connected=connected)
    if active is not None:
        rows = rows.filter(active=active)
    return page(
        rows,
        ("id", "code", "name", "kind", "division__name", "connected", "active"),
        lambda id_, code, name, kind, division, connected, open_: CounterRow(
            id_, code, name, CounterKind(kind), division or "", connected, open_
        ),
        after=after,
        limit=limit,
    )


def counters_on_map() -> list[PlacedCounter]:
    """Return the open counters with the nodes they live at and their places, by name. One query."""
    there = OfficePlace.objects.filter(office=OuterRef("pk")).values("node_id")[:1]
    at = Subquery(there, output_field=UUIDField())
    rows = Counter.objects.filter(active=True).order_by("norm", "id").annotate(at=at)
    return [PlacedCounter(*row) for row in rows.values_list("id", "name", "at", "lat", "lon")]


def _within(division_id: UUID) -> Q:
    """Return the condition that a counter stands in a division, at any depth."""
    found = Q(division_id=division_id)
    # City and rural district stand on one step: from a village to its province it is four.
    for steps in range(1, len(DivisionLevel) - 1):
        found |= Q(**{"division" + "__parent" * steps: division_id})
    return found
