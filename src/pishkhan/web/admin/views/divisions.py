"""Divisions of the country: browse by level, and take in the Statistical Centre's file."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import DivisionLevel, DivisionRow
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import uuid
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.http import DeskRequest

DEPTH = 6
"""More steps than there are levels: a broken chain of parents ends somewhere."""


@admin
@require_safe
def divisions(request: DeskRequest) -> HttpResponse:
    """Draw a page of divisions: the provinces, those under one (`?in=`), or by words and level."""
    given = {name: request.GET.get(name, "") for name in ("in", "q", "level")}
    levels = {level.value: level for level in DivisionLevel}
    level = levels.get(given["level"])
    parent = uuid(given["in"], "in") if given["in"] else None
    if parent is None and not given["q"] and level is None:
        level = DivisionLevel.PROVINCE
    after = request.GET.get("after")
    page = directory.divisions(parent, given["q"], level=level, after=after)
    here = reverse("admin:divisions")
    chosen = "&".join(f"{name}={value}" for name, value in given.items() if value)
    return draw(
        request,
        "divisions.html",
        {
            "q": given["q"],
            "level": given["level"],
            "parent": given["in"],
            "path": path_of(parent),
            "rows": [(row, words.LEVELS[row.level]) for row in page.rows],
            "levels": [("", ""), *((value.value, word) for value, word in words.LEVELS.items())],
            "newest": f"{here}?{chosen}" if after else "",
            "next": f"{here}?{chosen}{'&' if chosen else ''}after={page.next}" if page.next else "",
        },
    )


def path_of(division_id: UUID | None) -> list[DivisionRow]:
    """Return the chain from the province down to a division."""
    found: list[DivisionRow] = []
    while division_id is not None and len(found) < DEPTH:
        row = directory.division(division_id)
        found.insert(0, row)
        division_id = row.parent_id
    return found
