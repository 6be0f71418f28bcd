"""Calendars are one dated setting, `calendar`: what was before stays known.

Two administrators who change at once follow each other: neither loses what the other did.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.contracts.calendars import Calendars, SaidDay, Whose
from pishkhan.directory.logic.set_setting import setting
from pishkhan.directory.models import Holding, Setting
from pishkhan.journal import api as journal
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.ids import new_id

KEY = "calendar"
Changed = tuple[Calendars, dict[str, Any]]
"""The calendars after a change, and what its entry says."""


def calendars() -> Calendars:
    """Return all calendars as they hold now. One query."""
    return _read(setting(KEY))


def change(actor: Actor, kind: str, what: Callable[[Calendars, date], Changed]) -> None:
    """Let the calendars stand as `what` makes them, given today's day in Tehran. Needs ADMIN."""
    actor.require(Right.ADMIN)
    with journal.act() as act:
        # The first administrator's row is there whenever anybody may come here.
        list(
            Holding.objects.select_for_update()
            .filter(kind=SeatKind.ADMIN.value)
            .order_by("id")
            .values_list("id")[:1]
        )
        last = Setting.objects.filter(key=KEY).order_by("-from_at", "-id").first()
        today = act.at.astimezone(TEHRAN).date()
        after, fields = what(_read(None if last is None else last.value), today)
        since = act.at if last is None else max(act.at, last.from_at)
        Setting.objects.update_or_create(key=KEY, from_at=since, defaults={"value": _kept(after)})
        act.append(kind, subject=new_id(), actor=actor.ref, fields=fields)


def which(day: date, whose: Whose, agency_id: UUID | None) -> dict[str, Any]:
    fields: dict[str, Any] = {"day": day.isoformat(), "whose": whose.value}
    return fields if agency_id is None else fields | {"agency": str(agency_id)}


def _read(value: Any) -> Calendars:
    if value is None:
        return Calendars()
    return Calendars(
        tuple(
            SaidDay(
                date.fromisoformat(each["day"]),
                Whose(each["whose"]),
                each["works"],
                each["name"],
                UUID(each["agency"]) if "agency" in each else None,
            )
            for each in value["days"]
        ),
        frozenset(UUID(each) for each in value["thursdays"]),
    )


def _kept(found: Calendars) -> dict[str, Any]:
    return {
        "days": [
            {"works": each.works, "name": each.name} | which(each.day, each.whose, each.agency_id)
            for each in found.days
        ],
        "thursdays": sorted(str(each) for each in found.thursdays),
    }
