"""Programs that act for an office through the API, and their tokens."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Scope
from pishkhan.kernel.errors import NotFound, PishkhanError
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import Form, key, text, uuid
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest


@admin
@require_safe
def clients(request: DeskRequest) -> HttpResponse:
    """Draw all programs."""
    return _draw(request, {})


def _draw(request: DeskRequest, forms: Forms) -> HttpResponse:
    rows = [
        (row, [words.SCOPES[Scope(scope)] for scope in row.scopes]) for row in directory.clients()
    ]
    return draw(request, "clients.html", {"rows": rows}, forms)


@admin
@require_http_methods(["GET", "POST"])
def add(request: DeskRequest) -> HttpResponse:
    """Draw the form of a new program for a post (`?post=`) or a counter; show its token once."""
    if request.method != "POST":
        return _draw_new(request, Form({"post": request.GET.get("post", "")}))
    try:
        client_id, token = directory.add_client(
            request.actor,
            name=text(request, "name"),
            scopes=request.POST.getlist("scopes"),
            post_id=key(request, "post"),
            counter_id=key(request, "counter"),
        )
    except NotFound:
        raise
    except PishkhanError as error:
        return _draw_new(request, Form.refused(request, error))
    return draw(request, "client_token.html", {"client_id": client_id, "token": token})


def _draw_new(request: DeskRequest, form: Form) -> HttpResponse:
    chosen = form.values.get("all", {}).get("scopes", [])
    at = form.values.get("post") or ""
    counter = form.values.get("counter") or request.GET.get("counter", "")
    return draw(
        request,
        "client_new.html",
        {
            "scopes": [(s.value, word, s.value in chosen) for s, word in words.SCOPES.items()],
            "post": directory.post(uuid(at, "post")) if at else None,
            "counter": directory.counter(uuid(counter, "counter")) if counter else None,
        },
        {"add": form},
    )


@admin
@require_POST
def revoke(request: DeskRequest, client_id: UUID) -> HttpResponse:
    """End a program's access."""

    def deed() -> str:
        directory.revoke_client(request.actor, client_id=client_id)
        return _("The token is revoked: the program is let in no more.")

    return do(
        request, "revoke", deed, lambda forms: _draw(request, forms), reverse("admin:clients")
    )
