"""What the form of a note by pen sends."""

from __future__ import annotations

import json
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.deeds import deed, go

LONGEST = 80_000
"""Characters of strokes that are looked at; what is longer holds more points than a note may."""


@deed("write_on_page")
def write(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Put what was written on a page on record."""
    letters.write_on_page(
        request.actor,
        letter,
        seq=_number(request, "seq"),
        leaf=_number(request, "leaf"),
        digest=request.POST.get("digest", ""),
        strokes=_strokes(request.POST.get("strokes", "")),
    )
    messages.success(request, _("What you wrote is on record."))
    return go(request, letter)


def _number(request: DeskRequest, name: str) -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 5 else 0


def _strokes(text: str) -> object:
    if len(text) > LONGEST:
        raise Invalid(
            "letters.bad-strokes",
            fields={
                "strokes": _("This is too much for one note by pen; put it on record in parts.")
            },
        )
    try:
        return json.loads(text or "[]")
    except (ValueError, RecursionError):
        return [None]  # no stroke, and refused as that
