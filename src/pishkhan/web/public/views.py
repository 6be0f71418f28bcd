"""A citizen tracks a letter with its code and the national ID; nothing else is asked or shown."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError, TooMany
from pishkhan.kernel.tracking import is_valid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import TrackView
from pishkhan.web import errors, pair
from pishkhan.web.http import Request
from pishkhan.web.public.status import SAYINGS, timeline, why
from pishkhan.web.templatetags.pishkhan import digits


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: Request, code: str = "") -> HttpResponse:
    """Show the form, or where the letter stands; a wrong pair keeps what was typed."""
    if request.method != "POST":
        return private(
            render(request, "public/track.html", {"code": code[:32], "by_qr": is_valid(code)})
        )
    typed = request.POST.get("code", "")[:64]
    number = request.POST.get("national_id", "")[:32]
    try:
        view = letters.track(typed, number)
    except PishkhanError as error:
        if isinstance(error, Invalid | NotFound) and (wrong := pair.faults(typed, number)):
            error = Invalid(error.code, fields=wrong)  # the same refusal, field by field
        answer = render(
            request, "public/track.html", told(error, typed, number), status=error.status
        )
        if isinstance(error, TooMany):
            answer["Retry-After"] = str(error.retry_after)
        return private(answer)
    return private(render(request, "public/letter.html", shown(view)))


def told(error: PishkhanError, code: str, number: str) -> dict[str, Any]:
    """Return the form's context after a failed try."""
    said = errors.told(error)
    if isinstance(error, TooMany):
        said["title"] = ngettext(
            "Too many tries. Wait %(n)s second and try again.",
            "Too many tries. Wait %(n)s seconds and try again.",
            error.retry_after,
        ) % {"n": digits(error.retry_after)}
    return {
        "code": code,
        "national_id": number,
        "by_qr": False,
        "code_error": said["fields"].get("code", ""),
        "number_error": said["fields"].get("national_id", ""),
        "failure": "" if said["fields"] else said["title"],
        "failure_code": error.code,
    }


def shown(view: TrackView) -> dict[str, Any]:
    """Return the context of the page that says where a letter stands."""
    return {
        "letter": view,
        "saying": SAYINGS[view.state],
        "why": why(view),
        "steps": timeline(view),
    }


def private(answer: HttpResponse) -> HttpResponse:
    """Keep the page out of caches and of search engines."""
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
