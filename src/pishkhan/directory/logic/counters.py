"""Reading counters."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import CounterKind, CounterRow, CounterView
from pishkhan.directory.logic.common import contains_words, page
from pishkhan.directory.models import Counter
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
    active: bool | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[CounterRow]:
    """Return a page of counters by name whose names hold every word of `q`. One query."""
    rows = contains_words(Counter.objects.all(), normalise(q).split())
    if division_id is not None:
        rows = rows.filter(division_id=division_id)
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
