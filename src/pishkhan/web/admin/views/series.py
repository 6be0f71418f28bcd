"""A secretariat's indicators: what each writes, which letters take it, its last number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, PishkhanError
from pishkhan.kernel.jalali import jalali_year
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SeriesView, Way
from pishkhan.web.admin.forms import Form, text
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.series import named
from pishkhan.web.letter.terms import language

_WAYS = {each.value: each for each in Way}
SUGGESTED = "{unit}/{year}/{number}"


@admin
@require_safe
def office(request: DeskRequest, office_id: UUID) -> HttpResponse:
    """Draw a secretariat with its indicators."""
    return _draw(request, office_id, {})


def _draw(request: DeskRequest, office_id: UUID, forms: Forms, *, shown: str = "") -> HttpResponse:
    rows = letters.series_of_office(request.actor, office_id)
    forms.setdefault("add", Form({"template": SUGGESTED}))
    kinds = [(each.code, each.name(language())) for each in directory.terms().offered(Table.KIND)]
    return draw(
        request,
        "secretariat.html",
        {
            "office": directory.office(office_id),
            "rows": [_row(each, dict(kinds)) for each in rows],
            "shown": shown,
            "ways": [
                ("", pgettext("rule of an indicator", "by choice or kind")),
                *((each.value, _way(each)) for each in Way if each is not Way.RECEIVED),
            ],
            "kinds": [("", pgettext("rule of an indicator", "every kind")), *kinds],
        },
        forms,
    )


def _way(way: Way) -> str:
    return {
        Way.INCOMING: pgettext("rule of an indicator", "incoming letters"),
        Way.OUTGOING: pgettext("rule of an indicator", "outgoing letters"),
        Way.INTERNAL: pgettext("rule of an indicator", "internal letters"),
    }[way]


def _row(each: SeriesView, kinds: dict[str, str]) -> dict[str, Any]:
    rules = [_way(each.way)] if each.way else []
    rules += [kinds.get(each.kind, each.kind)] if each.kind else []
    if each.main:
        rules = [_("whatever no other rule names")]
    year = jalali_year(clock.current().now())
    return {
        "series": each,
        "name": named(each),
        "rules": " · ".join(rules) or _("by choice alone"),
        "example": letters.preview_number(each.template, each.unit, year=year),
    }


@admin
@require_POST
def add(request: DeskRequest, office_id: UUID) -> HttpResponse:
    """Add an indicator, or, with `preview`, show how it would write a number."""
    if request.POST.get("preview"):
        return _preview(request, office_id)

    def deed() -> str:
        letters.add_series(
            request.actor,
            secretariat_id=office_id,
            name=text(request, "name"),
            template=text(request, "template"),
            unit=text(request, "unit"),
            way=_WAYS.get(text(request, "way")),
            kind=text(request, "kind"),
        )
        return _("The indicator is added; its numbers begin with 1.")

    return do(
        request,
        "add",
        deed,
        lambda forms: _draw(request, office_id, forms),
        reverse("admin:secretariat", args=[office_id]),
    )


def _preview(request: DeskRequest, office_id: UUID) -> HttpResponse:
    year = jalali_year(clock.current().now())
    try:
        shown = letters.preview_number(text(request, "template"), text(request, "unit"), year=year)
    except PishkhanError as error:
        return _draw(request, office_id, {"add": Form.refused(request, error)})
    kept = Form({name: request.POST.get(name, "") for name in request.POST})
    return _draw(request, office_id, {"add": kept}, shown=shown)


@admin
@require_POST
def change(request: DeskRequest, office_id: UUID, series: UUID) -> HttpResponse:
    """Close an indicator, or open it again."""
    if all(each.id != series for each in letters.series_of_office(request.actor, office_id)):
        raise NotFound("letters.no-series")
    back = text(request, "deed") == "open"

    def deed() -> str:
        letters.close_series(request.actor, series, back=back)
        if back:
            return _("It gives numbers again.")
        return _("It gives no more numbers; its book stays.")

    return do(
        request,
        "close",
        deed,
        lambda forms: _draw(request, office_id, forms),
        reverse("admin:secretariat", args=[office_id]),
    )
