"""The calendar: public holidays to come, days that were settled, who works on Thursdays."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.calendars import SaidDay, Whose
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.workdays import holidays
from pishkhan.web.admin.forms import day, flag, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest

SHOWN = timedelta(days=365)
WHOSE: dict[Whose, Any] = {
    Whose.ALL: gettext_lazy("Agencies and counters"),
    Whose.AGENCIES: gettext_lazy("All agencies"),
    Whose.COUNTERS: gettext_lazy("All counters"),
}
BY_NAME = {each.value: each for each in WHOSE}


@admin
@require_http_methods(["GET", "POST"])
def calendar(request: DeskRequest) -> HttpResponse:
    """Draw the coming year; settle a day for all, or take one back."""
    if request.method != "POST":
        return _draw(request, {})
    whose = BY_NAME.get(text(request, "whose"), Whose.ALL)
    return do(
        request,
        "day",
        lambda: change(request, whose),
        lambda forms: _draw(request, forms),
        reverse("admin:calendar"),
    )


def change(request: DeskRequest, whose: Whose, agency_id: UUID | None = None) -> str:
    """Settle the day that the form sends, or take it back; return the sentence to show."""
    chosen = day(request, "day")
    if chosen is None:
        raise Invalid("web.empty", fields={"day": Message(N_("This must be filled."))})
    if flag(request, "back"):
        directory.unsettle_day(request.actor, day=chosen, whose=whose, agency_id=agency_id)
        return _("Taken back: the usual calendar holds for that day.")
    works = text(request, "works") == "1"
    directory.settle_day(
        request.actor,
        day=chosen,
        whose=whose,
        works=works,
        name=text(request, "name"),
        agency_id=agency_id,
    )
    if works:
        return _("That day is a working day. Deadlines that are set already stay.")
    return _("That day is a day off. Deadlines that are set already stay.")


def own(agency_id: UUID) -> dict[str, Any]:
    """Return what an agency's page shows of its calendar."""
    found = directory.calendars()
    return {
        "thursday": agency_id in found.thursdays,
        "days": [
            _settled(each)
            for each in found.days
            if each.agency_id == agency_id and each.day >= _today()
        ],
    }


def _draw(request: DeskRequest, forms: Forms) -> HttpResponse:
    found = directory.calendars()
    today = _today()
    persian = get_language() == "fa"
    known = [
        {
            "day": each,
            "name": it.fa if persian else it.en,
            "estimated": it.estimated,
            "works": False,
        }
        for each, it in holidays().items()
        if today <= each <= today + SHOWN
    ]
    known += [_settled(each) for each in found.days if each.agency_id is None and each.day >= today]
    agencies = {each.agency_id for each in found.days if each.agency_id} | set(found.thursdays)
    return draw(
        request,
        "calendar.html",
        {
            "days": sorted(known, key=lambda each: each["day"]),
            "whose": [(each.value, word) for each, word in WHOSE.items()],
            "thursdays": [directory.agency(each) for each in sorted(agencies)],
        },
        forms,
    )


def _settled(said: SaidDay) -> dict[str, Any]:
    return {
        "day": said.day,
        "name": said.name,
        "works": said.works,
        "whose": said.whose.value,
        "word": WHOSE.get(said.whose, ""),
    }


def _today() -> date:
    return clock.current().now().astimezone(clock.TEHRAN).date()
