"""Failures as people and programs see them: a sentence, a code, nothing lost."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pishkhan.kernel.errors import PishkhanError, TooMany
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import persian_digits
from pishkhan.web.http import marked_kept, page_of, to_login

DESKS = frozenset({"counter", "secretariat", "cartable", "admin", "audit"})

log = logging.getLogger(__name__)


def told(error: PishkhanError) -> dict[str, Any]:
    """Return what `error.to_dict` does in the page's language, figures in its digits."""
    found = error.to_dict(_)
    if (get_language() or "fa").startswith("fa"):
        found["title"] = persian_digits(found["title"])
        found["fields"] = {name: persian_digits(each) for name, each in found["fields"].items()}
    return found


def problem(error: PishkhanError) -> HttpResponse:
    """Return RFC 9457 problem details of an expected failure."""
    said = told(error)
    body: dict[str, Any] = {
        "type": f"urn:pishkhan:error:{error.code}",
        "title": said["title"],
        "status": error.status,
        "code": error.code,
    }
    if said["fields"]:
        body["errors"] = said["fields"]
    answer = HttpResponse(
        json.dumps(body, ensure_ascii=False),
        status=error.status,
        content_type="application/problem+json",
    )
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(error.retry_after)
    return answer


def wants_problem(request: HttpRequest) -> bool:
    """Say whether the caller is a program: the API, an upload, or one that asks for JSON."""
    return request.path_info.startswith(("/api/", "/files/", "/relay/")) or (
        "application/json" in request.headers.get("Accept", "")
    )


def failure(request: HttpRequest, error: PishkhanError) -> HttpResponse:
    """Answer an expected failure in the shape the caller reads."""
    if wants_problem(request):
        return problem(error)
    fragment = bool(getattr(request, "htmx", False))
    answer = render(
        request,
        "shell/error_fragment.html" if fragment else "shell/error.html",
        {"error": told(error)},
        status=error.status,
    )
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(error.retry_after)
    return answer


def _plain(request: HttpRequest, status: int, code: str, title: str) -> HttpResponse:
    error = {"code": code, "title": title, "status": status, "fields": {}}
    if wants_problem(request):
        return HttpResponse(
            json.dumps({"type": f"urn:pishkhan:error:{code}", **error}, ensure_ascii=False),
            status=status,
            content_type="application/problem+json",
        )
    return render(request, "shell/error.html", {"error": error}, status=status)


def bad_request(request: HttpRequest, *_told: object, **_kept: object) -> HttpResponse:
    """Answer what could not be read at all."""
    return _plain(request, 400, "web.bad-request", _("The request could not be read."))


def forbidden(request: HttpRequest, *_told: object, **_kept: object) -> HttpResponse:
    """Answer a forged or stale form (CSRF) and other plain refusals."""
    return _plain(
        request,
        403,
        "web.stale-page",
        _("This page is too old or came from elsewhere. Load it again; what you typed is kept."),
    )


FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def csrf_failure(request: HttpRequest, **_kept: object) -> HttpResponse:
    """Answer a missing or stale form token: nothing was done, and nothing typed is lost.

    At a desk the page is asked for anew, and its script puts back what was typed; who is not
    logged in any more is led there over the login.
    """
    actor = getattr(request, "actor", None)
    match = resolve(request.path_info)
    at_desk = bool(match.namespaces) and match.namespaces[0] in DESKS
    if wants_problem(request) or not at_desk or request.content_type not in FORMS:
        return forbidden(request)
    if actor is None:
        return to_login(request)
    if request.headers.get("X-Autosave"):
        return forbidden(request)
    address = marked_kept(page_of(request))
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def not_found(request: HttpRequest, *_told: object, **_kept: object) -> HttpResponse:
    """Answer an address where nothing is, or nothing that this person may know of."""
    return _plain(request, 404, "web.not-found", _("Nothing was found here."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a fault of ours with a code that the operator finds in the log."""
    code = f"web.fault-{new_id().hex[-8:]}"
    # Never the address: a citizen's has the tracking code in it.
    view = request.resolver_match.view_name if request.resolver_match else ""
    log.error("fault", extra={"code": code, "view": view})
    return _plain(request, 500, code, _("It was not done; nothing was lost. Try again."))
