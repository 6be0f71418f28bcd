"""Counters: the list, and one counter with its licence, hours, place, line and clerks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import ClerkRole, CounterKind, CounterView
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import (
    Form,
    day,
    degrees,
    flag,
    hours,
    key,
    person,
    shown_day,
    shown_hours,
    text,
    uuid,
)
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest

LINES = {"on": True, "off": False}


@admin
@require_safe
def counters(request: DeskRequest) -> HttpResponse:
    """Draw a page of counters: by words of the name, county, kind and line."""
    asked = {name: request.GET.get(name, "") for name in ("q", "county", "kind", "line")}
    kinds = {kind.value: kind for kind in CounterKind}
    place = uuid(asked["county"], "county") if asked["county"] else None
    after = request.GET.get("after")
    page = directory.counters(
        asked["q"],
        division_id=place,
        kind=kinds.get(asked["kind"]),
        connected=LINES.get(asked["line"]),
        after=after,
    )
    chosen = urlencode({name: value for name, value in asked.items() if value})
    here = reverse("admin:counters")
    return draw(
        request,
        "counters.html",
        {
            **asked,
            "county_name": directory.division(place).name if place else "",
            "filtered": bool(chosen),
            "rows": [(row, words.COUNTERS[row.kind]) for row in page.rows],
            "kinds": [("", _("All kinds")), *((k.value, w) for k, w in words.COUNTERS.items())],
            "lines": [("", _("All lines")), ("on", _("Connected")), ("off", _("Not connected"))],
            "newest": f"{here}?{chosen}" if after else "",
            "next": f"{here}?{chosen}{'&' if chosen else ''}after={page.next}" if page.next else "",
        },
    )


@admin
@require_http_methods(["GET", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Draw the form of a new counter, and add it."""
    if request.method != "POST":
        return _draw_new(request, {"edit": Form({"kind": "city", "connected": "1"})})
    made: list[UUID] = []

    def deed() -> str:
        made.append(
            directory.add_counter(request.actor, code=text(request, "code"), **given(request))
        )
        return _("The counter is added. Seat its clerks.")

    answer = do(
        request, "edit", deed, lambda forms: _draw_new(request, forms), reverse("admin:counters")
    )
    if made:
        answer["Location"] = reverse("admin:counter", args=[made[0]])
    return answer


def _draw_new(request: DeskRequest, forms: Forms) -> HttpResponse:
    return draw(request, "counter_new.html", choices(forms["edit"]), forms)


def choices(form: Form) -> dict[str, Any]:
    """Return what `_counter_fields.html` draws beside the form itself."""
    return {
        "kinds": [(kind.value, word) for kind, word in words.COUNTERS.items()],
        "days": [
            (f"hours_{name}", word, form.values.get(f"hours_{name}", ""))
            for name, word in words.DAYS
        ],
    }


def given(request: DeskRequest) -> dict[str, Any]:
    """Return what the form says of a counter, in the words of the deeds."""
    kinds = {kind.value: kind for kind in CounterKind}
    return {
        "name": text(request, "name"),
        "kind": kinds.get(text(request, "kind"), CounterKind.CITY),
        "licence_number": text(request, "licence_number"),
        "licence_from": day(request, "licence_from"),
        "licence_until": day(request, "licence_until"),
        "division_id": key(request, "division"),
        "address": text(request, "address"),
        "phone": text(request, "phone"),
        "hours": hours(request),
        "lat": degrees(request, "lat"),
        "lon": degrees(request, "lon"),
        "connected": flag(request, "connected"),
    }


@admin
@require_safe
def counter(request: DeskRequest, counter_id: UUID) -> HttpResponse:
    """Draw one counter."""
    return _draw(request, counter_id, {})


def _draw(request: DeskRequest, counter_id: UUID, forms: Forms) -> HttpResponse:
    view = directory.counter(counter_id)
    if "edit" not in forms:
        forms["edit"] = Form(_values(view))
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    return draw(
        request,
        "counter.html",
        {
            **choices(forms["edit"]),
            "counter": view,
            "kind_word": words.COUNTERS[view.kind],
            "host": directory.host_of(counter_id),
            "expired": bool(view.licence_until and view.licence_until < today),
            "clerks": [
                (row, words.ROLES[ClerkRole(row.role)]) for row in directory.clerks_of(counter_id)
            ],
            "roles": [(role.value, word) for role, word in words.ROLES.items()],
        },
        forms,
    )


def _values(view: CounterView) -> dict[str, Any]:
    return {
        "name": view.name,
        "kind": view.kind.value,
        "licence_number": view.licence_number,
        "licence_from": shown_day(view.licence_from),
        "licence_until": shown_day(view.licence_until),
        "division": view.division_id or "",
        "division_name": view.division_name,
        "address": view.address,
        "phone": view.phone,
        "lat": "" if view.lat is None else view.lat,
        "lon": "" if view.lon is None else view.lon,
        "connected": "1" if view.connected else "",
        **shown_hours(view.hours),
    }


@admin
@require_POST
def change(request: DeskRequest, counter_id: UUID, name: str) -> HttpResponse:
    """Do one of the deeds on a counter that its page offers."""
    deeds = {"edit": _edit, "clerk": _clerk, "dismiss": _dismiss, "close": _close, "open": _open}
    if name not in deeds:
        raise NotFound("web.not-found")
    return do(
        request,
        name,
        lambda: deeds[name](request, counter_id),
        lambda forms: _draw(request, counter_id, forms),
        reverse("admin:counter", args=[counter_id]),
    )


def _edit(request: DeskRequest, counter_id: UUID) -> str:
    directory.change_counter(request.actor, counter_id=counter_id, **given(request))
    return _("The counter is changed.")


def _clerk(request: DeskRequest, counter_id: UUID) -> str:
    manager = text(request, "role") == ClerkRole.MANAGER
    directory.add_clerk(
        request.actor,
        counter_id=counter_id,
        user_id=person(request),
        role=ClerkRole.MANAGER if manager else ClerkRole.CLERK,
    )
    return _("The person works at the counter from now on.")


def _dismiss(request: DeskRequest, counter_id: UUID) -> str:
    directory.remove_clerk(
        request.actor, counter_id=counter_id, user_id=uuid(text(request, "user"), "user")
    )
    return _("The person's work at the counter is ended.")


def _close(request: DeskRequest, counter_id: UUID) -> str:
    directory.change_counter(request.actor, counter_id=counter_id, active=False)
    return _("The counter is closed: nobody can sit there.")


def _open(request: DeskRequest, counter_id: UUID) -> str:
    directory.change_counter(request.actor, counter_id=counter_id, active=True)
    return _("The counter is open again.")
