"""Indicators on the screens: which one a letter takes, and what each is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import pgettext

from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.letters.contracts import SeriesView, Way

FIELD = "series"


def named(each: SeriesView) -> str:
    """Return what an indicator is called."""
    return each.name or pgettext("indicator", "Main indicator")


def read(request: HttpRequest) -> UUID | None:
    """Return the indicator that was chosen; None where its rules say. Raises Invalid."""
    given = request.POST.get(FIELD, "")
    try:
        return UUID(given) if given else None
    except ValueError:
        raise Invalid(
            "web.choose", fields={FIELD: Message(N_("Choose one of the list."))}
        ) from None


def field(
    known: Sequence[SeriesView], way: Way, typed: str = "", errors: Mapping[str, str] | None = None
) -> dict[str, Any] | None:
    """Return the field in which one is chosen; None where there is nothing to choose."""
    options = [
        (str(each.id), named(each))
        for each in known
        if each.main or (each.active and each.way in (None, way))
    ]
    if len(options) < 2:
        return None
    return {
        "options": [("", pgettext("indicator", "as its rules say")), *options],
        "value": typed,
        "error": (errors or {}).get(FIELD, ""),
    }
