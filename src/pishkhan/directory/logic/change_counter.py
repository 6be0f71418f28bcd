from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor, CounterKind, Right
from pishkhan.directory.logic.add_counter import counter_values
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Counter, Division
from pishkhan.directory.rules import UNCHANGED, Unchanged
from pishkhan.journal import api as journal


def change_counter(
    actor: Actor,
    *,
    counter_id: UUID,
    name: str | Unchanged = UNCHANGED,
    kind: CounterKind | Unchanged = UNCHANGED,
    licence_number: str | Unchanged = UNCHANGED,
    licence_from: date | Unchanged | None = UNCHANGED,
    licence_until: date | Unchanged | None = UNCHANGED,
    division_id: UUID | Unchanged | None = UNCHANGED,
    address: str | Unchanged = UNCHANGED,
    phone: str | Unchanged = UNCHANGED,
    hours: Mapping[str, Any] | Unchanged = UNCHANGED,
    lat: float | Unchanged | None = UNCHANGED,
    lon: float | Unchanged | None = UNCHANGED,
    connected: bool | Unchanged = UNCHANGED,
    active: bool | Unchanged = UNCHANGED,
) -> None:
    """Change what is given about a counter; what is not given stays, None and "" clear it.

    `active=False` closes it: its clerks can no longer sit there. The entry names the changed
    fields; of their values it holds only those that say something about its service. Needs
    ADMIN. Raises NotFound `directory.no-counter`, Invalid for hours, place, licence.
    """
    actor.require(Right.ADMIN)
    given = {
        "name": name,
        "kind": kind,
        "licence_number": licence_number,
        "licence_from": licence_from,
        "licence_until": licence_until,
        "division_id": division_id,
        "address": address,
        "phone": phone,
        "hours": hours,
        "lat": lat,
        "lon": lon,
        "connected": connected,
        "active": active,
    }
    _change(actor, counter_id, {column: v for column, v in given.items() if v is not UNCHANGED})


def _change(actor: Actor, counter_id: UUID, given: Mapping[str, Any]) -> None:
    with journal.act() as act:
        counter = the(Counter.objects.select_for_update(), counter_id, "counter")
        if given.get("division_id") is not None:
            the(Division.objects.all(), given["division_id"], "division")
        values = counter_values(**given)
        changed = {k: v for k, v in values.items() if getattr(counter, k) != v}
        for column, value in changed.items():
            setattr(counter, column, value)
        counter_values(
            licence_from=counter.licence_from,
            licence_until=counter.licence_until,
            lat=counter.lat,
            lon=counter.lon,
        )
        counter.save()
        act.append(
            "counter.changed",
            subject=counter_id,
            actor=actor.ref,
            fields={
                "active": counter.active,
                "changed": sorted(changed),
                "connected": counter.connected,
                "licence": counter.licence_number,
            },
        )
