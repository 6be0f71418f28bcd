"""Requests as the screens see them, and the door of a desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from pishkhan.directory.contracts import Actor, Right


class Request(HttpRequest):
    """A request after the middleware: `actor` is None when nobody is logged in."""

    actor: Actor | None
    several_seats: bool
    htmx: HtmxDetails


class DeskRequest(HttpRequest):
    """A request behind a desk's door: somebody with the desk's right acts."""

    actor: Actor
    htmx: HtmxDetails
    rail_at: str
    """The entry of the desk's rail that a page is under, where its address does not tell it."""


DeskView = Callable[..., HttpResponse]


_DEEDS_PAGE = re.compile(
    r"(/[a-z]+/letters/[0-9a-f-]{36}/)(?!draft(?:/|$)|drafts/[^/]+/$|receipt).+"
    r"|(/counter/hand-over)/.+/deliver"
)
"""Addresses that only take a form: the page it stands on can be asked for."""


def to_login(request: HttpRequest) -> HttpResponse:
    """Lead who is not logged in to the login, and from there back to the page.

    When a form was sent, that is the page it stood on, and `kept=1` tells both pages that what
    was typed waits in the browser.
    """
    back = request.get_full_path()
    if request.method not in ("GET", "HEAD"):
        back = marked_kept(page_of(request))
    if settings.PRACTISING:  # nobody has a password there: the page of exercises lets in
        return HttpResponseRedirect(reverse("practice:exercises"))
    address = f"{reverse('account_login')}?{urlencode({'next': back})}"
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def page_of(request: HttpRequest) -> str:
    """Return the address of the page whose form was sent, by the browser's own word."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        return reverse("web:home")
    parts = urlsplit(came)
    deed = _DEEDS_PAGE.fullmatch(parts.path)
    path = (deed.group(1) or deed.group(2)) if deed else parts.path
    path = "/" + path.lstrip("/")  # two would name another host
    return f"{path}?{parts.query}" if parts.query else path


def marked_kept(address: str) -> str:
    """Return the address with `kept=1`, once."""
    if "kept=1" in address:
        return address
    return f"{address}{'&' if '?' in address else '?'}kept=1"


def desk(*rights: Right) -> Callable[[DeskView], Callable[..., HttpResponse]]:
    """Return a decorator that lets only seats with one of `rights` in; others are led to log in.

    A seat without the right gets Forbidden("directory.no-right"); who sits nowhere is told so.
    """

    def door(view: DeskView) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = cast("Request", request).actor
            if actor is None:
                return to_login(request)
            if not actor.rights and request.method == "GET":
                # Nobody's seat: the first page says so and whom to ask.
                return redirect("web:home")
            if not actor.rights & set(rights):
                actor.require(rights[0])
            return view(request, *args, **kwargs)

        return guarded

    return door
