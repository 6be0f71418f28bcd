"""A page that was opened by a form, drawn once more: in another language, and nothing done anew.

What it needs for that travels in the form of the choice of language, never in an address; what
was typed into the page's own form (`data-again`) joins it as the language is chosen, so that
nothing of it is kept in a browser that the next person uses (assets/js/session.js).
"""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from pishkhan.web.http import Request

NAME = "again"


def again(name: str, **fields: str) -> dict[str, Any]:
    """Return what a page gives the frame: the address that draws it, and what that is sent."""
    return {NAME: {"next": reverse(f"public:{name}"), "fields": tuple(fields.items())}}


def is_again(request: Request) -> bool:
    """Return whether the page is only to be drawn, as it was before the language changed."""
    return NAME in request.POST
