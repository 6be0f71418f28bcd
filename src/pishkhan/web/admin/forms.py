"""What the administrator's forms send, and what they show again when a deed was refused."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.kernel import jalali
from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.text import latin_digits
from pishkhan.web.http import DeskRequest

EMPTY = N_("This must be filled.")
DAYS = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")


@dataclass(frozen=True, slots=True)
class Form:
    """A form's values; after a refusal also what is wrong, by field and as a whole."""

    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    title: str = ""
    code: str = ""
    status: int = 200

    @classmethod
    def refused(cls, request: DeskRequest, error: PishkhanError) -> Form:
        """Return the form as it was sent, with what was wrong."""
        told = error.to_dict(_)
        values: dict[str, Any] = {name: request.POST.get(name, "") for name in request.POST}
        values["all"] = {name: request.POST.getlist(name) for name in request.POST}
        return cls(values, told["fields"], told["title"], error.code, error.status)


def text(request: DeskRequest, name: str) -> str:
    """Return a field as it was typed, "" when it was not sent."""
    return request.POST.get(name, "").strip()


def flag(request: DeskRequest, name: str) -> bool:
    """Return whether a box was ticked."""
    return bool(request.POST.get(name))


def key(request: DeskRequest, name: str, *, required: bool = False) -> UUID | None:
    """Return an id, None when nothing was chosen; Invalid with the field for anything else."""
    given = text(request, name)
    if not given and not required:
        return None
    return uuid(given, name)


def uuid(given: str, name: str) -> UUID:
    """Return an id, or raise Invalid with the field."""
    try:
        return UUID(given)
    except ValueError:
        raise Invalid("web.choose", fields={name: Message(N_("Choose one of the list."))}) from None


def day(request: DeskRequest, name: str) -> date | None:
    """Return a Jalali day, None when it was left empty; Invalid with the field."""
    given = text(request, name)
    if not given:
        return None
    try:
        return jalali.parse_date(given)
    except Invalid as error:
        raise Invalid(error.code, fields={name: error.message}) from None


def moment(request: DeskRequest, name: str) -> datetime | None:
    """Return the first moment of a Jalali day in Tehran, None when it was left empty."""
    found = day(request, name)
    return None if found is None else jalali.day_bounds(found)[0]


def number(request: DeskRequest, name: str) -> int:
    """Return a whole number from 0 on, typed in any digits and grouped or not."""
    given = latin_digits(text(request, name))
    for sign in (" ", ",", "٬", "،"):
        given = given.replace(sign, "")
    if not (given.isascii() and given.isdecimal() and len(given) <= 15):
        raise Invalid("web.number", fields={name: Message(N_("A whole number, please."))})
    return int(given)


def degrees(request: DeskRequest, name: str) -> float | None:
    """Return degrees of latitude or longitude, None when left empty."""
    given = latin_digits(text(request, name)).replace("٫", ".").replace("/", ".")
    if not given:
        return None
    try:
        found = float(given)
    except ValueError:
        found = math.nan
    if not abs(found) <= 180:  # NaN is neither
        raise Invalid(
            "web.place", fields={name: Message(N_("This is no place on the map; give degrees."))}
        )
    return found


def hours(request: DeskRequest) -> dict[str, list[list[str]]]:
    """Return opening hours from the fields `hours_sat` …, each like «08:00-13:00، 16:00-19:30»."""
    found = {}
    for name in DAYS:
        given = latin_digits(text(request, f"hours_{name}"))
        for sign in ("،", ";", "؛"):
            given = given.replace(sign, ",")
        for sign in ("–", "—", "تا", "to"):
            given = given.replace(sign, "-")
        spans = [part for part in given.replace(" ", "").split(",") if part]
        if spans:
            found[name] = [[_clock(t) for t in span.split("-")] for span in spans]
    return found


def _clock(typed: str) -> str:
    """Return «8» and «8:30» as «08:00» and «08:30»; anything else as it is, for the deed to see."""
    hour, _sep, minute = typed.partition(":")
    return f"{hour.zfill(2)}:{minute or '00'}" if hour.isdecimal() else typed


def shown_hours(kept: Any) -> dict[str, str]:
    """Return opening hours as the fields of the form."""
    return {
        f"hours_{name}": ", ".join("-".join(span) for span in kept.get(name, [])) for name in DAYS
    }


def shown_day(at: date | datetime | None) -> str:
    """Return a day as it is typed: 1405/08/02."""
    if at is None:
        return ""
    year, month, number_ = jalali.to_jalali(at)
    return f"{year}/{month:02}/{number_:02}"


def person(request: DeskRequest) -> UUID:
    """Return the login that was chosen, or whose user name was typed; Invalid with the field."""
    chosen = key(request, "user")
    if chosen is not None:
        return chosen
    typed = text(request, "person")
    if not typed:
        raise Invalid("web.choose", fields={"person": Message(EMPTY)})
    try:
        return directory.user_named(typed).id
    except NotFound:
        raise Invalid(
            "web.no-such-user", fields={"person": Message(N_("No login has this user name."))}
        ) from None
