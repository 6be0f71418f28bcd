"""Who asks, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth import get_user, logout
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import PishkhanError
from pishkhan.web.accounts import devices, organisation
from pishkhan.web.errors import failure
from pishkhan.web.http import Request

SEAT = "seat"  # the session's key for the seat a person chose


class ActorMiddleware:
    """Sets `request.actor`: the person on the seat of this session, or None.

    Who entered with a password from somebody else has no seat and is led to the change of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = _user_of(request)
        cast("Request", request).actor = None if user is None else _actor_of(request, user)
        cast("Request", request).several_seats = user is not None and user.several_seats
        if user is not None and _must_change(request, user) and not _is_open(request):
            return _to_change(request)
        return self.get_response(request)


def _user_of(request: HttpRequest) -> Any:
    """Return the login of this session; None when nobody is logged in."""
    if "_auth_user_id" not in request.session:
        return None
    if devices.day_is_over(request):
        logout(request)
        return None
    user = get_user(request)
    return user if user.is_authenticated else None


def _actor_of(request: HttpRequest, user: Any) -> Actor:
    """Return the person on the seat of the session, on the first of his seats, or on none."""
    if _must_change(request, user):
        return directory.seatless(user.pk)
    seat = request.session.get(SEAT)
    actor = directory.actor_for(user.pk, seat)
    if actor is None and devices.by_pin(request):
        return directory.seatless(user.pk)  # a PIN opened that one seat, no other of his
    if actor is None and seat is not None:
        # The seat of this session has ended: the person may hold another one.
        del request.session[SEAT]
        actor = directory.actor_for(user.pk, None)
    return actor or directory.seatless(user.pk)


def _must_change(request: HttpRequest, user: Any) -> bool:
    """Return whether somebody else's password opened this session: not if the organisation did."""
    return bool(user.must_change_password) and not organisation.vouched(request, user)


# What is open before the password is one's own: changing it, leaving, the language.
OPEN = ("account_change_password", "account_logout", "web:language", "web:ping")


def _is_open(request: HttpRequest) -> bool:
    # A program's call is judged by its token alone, whatever session the browser sends along.
    return "Authorization" in request.headers or request.path in {reverse(n) for n in OPEN}


def _to_change(request: HttpRequest) -> HttpResponse:
    """Lead to the change of the password, and from there to the page that was asked for."""
    asked = request.get_full_path() if request.method == "GET" else reverse("web:home")
    address = f"{reverse('account_change_password')}?{urlencode({'next': asked})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponse(status=303, headers={"Location": address})


def _page_above(request: HttpRequest) -> str:
    """Return the nearest page over an address that only takes what a form sends.

    A form that was refused leaves the browser at such an address: changing the language there, or
    opening it again, asks for it by GET.
    """
    above = request.path.rstrip("/")
    query = request.META.get("QUERY_STRING", "")
    while above:
        above = above.rpartition("/")[0]
        for page in (f"{above}/", above):
            with suppress(Resolver404):
                resolve(page)
                return f"{page}?{query}" if query else page
    return "/"


class ErrorMiddleware:
    """Turns an expected failure into a page, a fragment or a problem in the person's language.

    What a form was sent to leads a reader to the page above it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if isinstance(answer, HttpResponseNotAllowed) and request.method == "GET":
            return HttpResponseRedirect(_page_above(request))
        return answer

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a PishkhanError; let everything else be a fault."""
        if isinstance(exception, PishkhanError):
            return failure(request, exception)
        return None
