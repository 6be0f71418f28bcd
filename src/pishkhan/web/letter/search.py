"""Search on either desk. By POST: what is looked for may be a person, and stands in no address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import Failed, here, on_desk


@on_desk
@require_http_methods(["GET", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Draw the form, and what was found of the letters that the actor may open."""
    q = request.POST.get("q", "")
    found, failed = None, None
    if q.strip():
        try:
            found = letters.search(request.actor, q, after=request.POST.get("after") or None)
        except Invalid as error:
            failed = Failed.of(request, "search", error)
    return render(
        request,
        "letter/search.html",
        {
            "here": here(request),
            "letter_url": f"{here(request)}:letter",
            "search_url": f"{here(request)}:search",
            "q": q,
            "found": found,
            "error": (failed.errors.get("q") or failed.title) if failed else "",
        },
        status=failed.status if failed else 200,
    )
