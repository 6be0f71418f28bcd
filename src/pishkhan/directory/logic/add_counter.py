from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor, CounterKind, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.models import Counter, Division
from pishkhan.directory.rules import check_hours, line, norm
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id


def add_counter(
    actor: Actor,
    *,
    code: str,
    name: str,
    kind: CounterKind = CounterKind.CITY,
    licence_number: str = "",
    licence_from: date | None = None,
    licence_until: date | None = None,
    division_id: UUID | None = None,
    address: str = "",
    phone: str = "",
    hours: Mapping[str, Any] | None = None,
    lat: float | None = None,
    lon: float | None = None,
    connected: bool = True,
    tracking_block: int | None = None,
) -> UUID:
    """Add a counter with its block of tracking codes and return its id (that of the office).

    The block is the next free one unless the centre gave `tracking_block`. Needs ADMIN. Raises
    Refused `directory.twin-code` or `directory.twin-block`, Invalid for hours, place, licence.
    """
    actor.require(Right.ADMIN)
    values = counter_values(
        name=name,
        kind=kind,
        licence_number=licence_number,
        licence_from=licence_from,
        licence_until=licence_until,
        address=address,
        phone=phone,
        hours=hours or {},
        lat=lat,
        lon=lon,
        connected=connected,
    )
    code = line("code", code, longest=40)
    with journal.act() as act:
        refuse_twin(Counter.objects.filter(code=code), "directory.twin-code", "code")
        if division_id is not None:
            the(Division.objects.all(), division_id, "division")
        counter = Counter.objects.create(id=new_id(), code=code, division_id=division_id, **values)
        block = give_block(counter.id, wanted=tracking_block)
        act.append(
            "counter.added",
            subject=counter.id,
            actor=actor.ref,
            fields={"block": block, "code": code, "licence": licence_number, "type": kind.value},
        )
    return counter.id


def counter_values(**given: Any) -> dict[str, Any]:
    """Return the given columns of a counter, checked and cleaned; Invalid names the field."""
    values = dict(given)
    for name, longest in (("licence_number", 40), ("address", 400), ("phone", 20)):
        if name in values:
            values[name] = line(name, values[name], longest=longest, required=False)
    if "name" in values:
        values["name"] = line("name", values["name"], longest=200)
        values["norm"] = norm(values["name"], 210)
    if "kind" in values:
        values["kind"] = CounterKind(values["kind"]).value
    if "hours" in values:
        values["hours"] = check_hours(values["hours"])
    for name, bound in (("lat", 90.0), ("lon", 180.0)):
        degrees = values.get(name)
        if degrees is not None and not -bound <= degrees <= bound:
            raise Invalid(
                "directory.bad-place",
                fields={name: Message(N_("This is no place on the map; give degrees."))},
            )
    if "lat" in values and "lon" in values and (values["lat"] is None) != (values["lon"] is None):
        missing = "lat" if values["lat"] is None else "lon"
        raise Invalid(
            "directory.half-place",
            fields={missing: Message(N_("A place needs both: latitude and longitude."))},
        )
    begin, end = values.get("licence_from"), values.get("licence_until")
    if begin is not None and end is not None and end < begin:
        raise Invalid(
            "directory.bad-licence",
            fields={"licence_until": Message(N_("The licence ends before it begins."))},
        )
    return values
