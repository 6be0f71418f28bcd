"""What the desk's comboboxes ask: places and offices, which are nobody's personal data."""

from __future__ import annotations

from django.http import HttpResponse, JsonResponse
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import DivisionLevel
from pishkhan.web.admin import words
from pishkhan.web.admin.page import admin
from pishkhan.web.http import DeskRequest

FOUND = 12


@admin
@require_safe
def divisions(request: DeskRequest) -> HttpResponse:
    """Answer the divisions whose names hold the words; `?level=` narrows them."""
    levels = {level.value: level for level in DivisionLevel}
    level = levels.get(request.GET.get("level", ""))
    rows = directory.divisions(None, request.GET.get("q", ""), level=level, limit=FOUND).rows
    return _hits([(row.id, row.name, f"{words.LEVELS[row.level]} {row.code}") for row in rows])


@admin
@require_safe
def counters(request: DeskRequest) -> HttpResponse:
    """Answer the open counters whose names hold the words."""
    rows = directory.counters(request.GET.get("q", ""), active=True, limit=FOUND).rows
    return _hits([(row.id, row.name, row.division_name) for row in rows])


@admin
@require_safe
def agencies(request: DeskRequest) -> HttpResponse:
    """Answer the agencies whose names hold the words."""
    rows = directory.agencies(request.GET.get("q", ""), limit=FOUND).rows
    return _hits([(row.id, row.name, row.parent_name) for row in rows])


@admin
@require_safe
def villages(request: DeskRequest) -> HttpResponse:
    """Answer the villages whose names hold the words, and which dehyari each has."""
    rows = directory.villages(request.GET.get("q", ""), without=False, limit=FOUND).rows
    between = pgettext("between things in a row", ", ")
    return _hits([(row.id, row.name, row.dehyari_name or between.join(row.place)) for row in rows])


def _hits(rows: list[tuple[object, str, str]]) -> HttpResponse:
    found = [{"id": str(id_), "label": label, "hint": hint} for id_, label, hint in rows]
    return JsonResponse(found, safe=False, json_dumps_params={"ensure_ascii": False})
