"""To whom a circular goes: a group of bodies, kept as rows and covered by one hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.kernel import clock, rows
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound
from pishkhan.letters.contracts import Classification, NewLetter, Way
from pishkhan.letters.contracts.circulars import CircularView
from pishkhan.letters.logic import roll, wire
from pishkhan.letters.models import Addressee, Arrival, Circular


def checked_bodies(own: UUID, given: NewLetter) -> tuple[str, list[dict[str, object]]]:
    """Return the group's name and its rows' values; Invalid names `bodies` or `classification`.

    A circular is of class 1: what is above goes from one confidential secretariat to another,
    each named by a person.
    """
    assert given.bodies is not None
    if given.classification is not Classification.NORMAL:
        raise _wrong("classification", N_("A circular to many is of the first class."))
    if given.copies or given.agency_id is not None:
        raise _wrong("bodies", N_("A circular goes to its group alone; write the others apart."))
    try:
        name, bodies = directory.bodies_in(own, given.bodies)
    except NotFound:
        raise _wrong("bodies", N_("Choose a group from the list.")) from None
    if not bodies:
        raise _wrong("bodies", N_("Nobody in this group takes letters."))
    if len(bodies) > roll.MOST_RECEIVERS:
        raise _wrong("bodies", N_("These are too many receivers for one circular."))
    return name, [
        {
            "agency_id": each.agency_id,
            "agency_name": each.name[:200],
            "office_id": each.office_id,
            "phrase": "",
        }
        for each in bodies
    ]


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-addressees", fields={field: Message(sentence)})


def keep_circular(arrival: Arrival, name: str, size: int) -> None:
    """Note that the letter is a circular, on its row and for the desk's lists."""
    arrival.official = {**arrival.official, "circular": {"name": name[:200], "size": size}}
    arrival.save(update_fields=["official"])
    rows.insert(
        Circular,
        {
            "arrival_id": arrival.id,
            "secretariat_id": arrival.secretariat_id,
            "way": Way(arrival.way).value,
            "name": name[:200],
            "size": size,
        },
    )


def root_over(to: Sequence[Mapping[str, object]]) -> str:
    """Return the hash over receivers, in their order."""
    return roll.root([roll.line(str(each["agency_id"]), str(each["agency_name"])) for each in to])


def lines_of(arrival: Arrival) -> list[bytes]:
    """Return the receivers' lines as they are hashed, in their order."""
    found = Addressee.objects.filter(arrival=arrival).order_by("seq")
    return [roll.line(*row) for row in found.values_list("agency_id", "agency_name")]


def circular_covers(arrival: Arrival) -> dict[str, Any]:
    """Return what a signature covers of a circular's receivers: name, count and root.

    Nothing for another letter.
    """
    given = arrival.official.get("circular")
    if not given or arrival.way != Way.OUTGOING:
        return {}
    lines = lines_of(arrival)
    return {"circular": {"name": given["name"], "size": len(lines), "root": roll.root(lines)}}


def circular_in(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a message says that a signature covers of it, bounded; nothing where nothing.

    Raises Invalid (`letters.bad-message`).
    """
    if "circular" not in told:
        return {}
    given = wire.part(told, "circular")
    return {
        "circular": {
            "name": wire.exact(given, "name", 200),
            "size": wire.whole(given, "size", least=1, most=roll.MOST_RECEIVERS),
            "root": wire.digest(given, "root"),
        }
    }


def circular_facts(arrival: Arrival) -> dict[str, bool]:
    """Return what the rules ask of a circular (`Standing`); nothing for another letter."""
    told = circular_of(arrival)
    if told is None:
        return {}
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    outgoing = arrival.way == Way.OUTGOING
    return {
        "circular": True,
        "noted": told.noted == told.size if outgoing else told.acknowledged_at is not None,
        "reminded": told.reminded_at is not None
        and told.reminded_at.astimezone(clock.TEHRAN).date() == today,
    }


def circular_of(arrival: Arrival) -> CircularView | None:
    """Return what the letter's page says of it; None for another letter. Up to two queries."""
    if not arrival.official.get("circular"):
        return None
    row = Circular.objects.get(arrival=arrival)
    noted = 0
    if arrival.way == Way.OUTGOING:
        noted = Addressee.objects.filter(arrival=arrival, acknowledged_at__isnull=False).count()
    return CircularView(
        name=row.name,
        size=row.size,
        noted=noted,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        reminded_at=row.reminded_at,
        reminders=row.reminders,
    )
