"""Who asks, and what becomes of a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from django.contrib.auth import get_user
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import PishkhanError
from pishkhan.web.errors import failure
from pishkhan.web.http import Request

SEAT = "seat"  # the session's key for the seat a person chose


class ActorMiddleware:
    """Sets `request.actor`: the person on the seat of this session, or None."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        cast("Request", request).actor = actor_of(request)
        return self.get_response(request)


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who acts in this session; None when nobody is logged in."""
    if "_auth_user_id" not in request.session:
        return None
    user = get_user(request)
    if not user.is_authenticated:
        return None
    seat = request.session.get(SEAT)
    actor = directory.actor_for(user.pk, seat)
    if actor is None and seat is not None:
        # The seat of this session has ended: the person may hold another one.
        del request.session[SEAT]
        actor = directory.actor_for(user.pk, None)
    return actor


class ErrorMiddleware:
    """Turns an expected failure into a page, a fragment or a problem in the person's language."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Answer a PishkhanError; let everything else be a fault."""
        if isinstance(exception, PishkhanError):
            return failure(request, exception)
        return None
