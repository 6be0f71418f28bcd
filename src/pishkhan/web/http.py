"""Requests as the screens see them, and the door of a desk."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from pishkhan.directory.contracts import Actor, Right


class Request(HttpRequest):
    """A request after the middleware: `actor` is None when nobody is logged in."""

    actor: Actor | None
    htmx: HtmxDetails


class DeskRequest(HttpRequest):
    """A request behind a desk's door: somebody with the desk's right acts."""

    actor: Actor
    htmx: HtmxDetails


DeskView = Callable[..., HttpResponse]


def desk(*rights: Right) -> Callable[[DeskView], Callable[..., HttpResponse]]:
    """Return a decorator that lets only seats with one of `rights` in; others are led to log in.

    A seat without the right gets Forbidden("directory.no-right"); who sits nowhere is told so.
    """

    def door(view: DeskView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = cast("Request", request).actor
            if actor is None:
                login = reverse("account_login")
                back = urlencode({"next": request.get_full_path()})
                if getattr(request, "htmx", False):
                    answer = HttpResponse(status=204)
                    answer["HX-Redirect"] = f"{login}?{back}"
                    return answer
                return redirect(f"{login}?{back}")
            if not actor.rights and request.method == "GET":
                # Nobody's seat: the first page says so and whom to ask.
                return redirect("web:home")
            if not actor.rights & set(rights):
                actor.require(rights[0])
            return view(request, *args, **kwargs)

        return guarded

    return door
