"""The practice node's first page: exercises with their ticks, the roles, and beginning anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.web.context import desks_of
from pishkhan.web.http import Request
from pishkhan.web.middleware import SEAT
from pishkhan.web.practice import lessons, people, tickets
from pishkhan.web.shell.views import DEMO_ROLES, FIRST_PAGE

DOORS = tuple(each for each in DEMO_ROLES if each[0] in people.ROLES)
ANEW = "begin-anew"  # in HOME; `pishkhan practice` looks for it
View = Callable[..., HttpResponse]


def _only_in_practice(view: View) -> View:
    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.PRACTISING:
            raise NotFound("web.practice")
        return view(request, *args, **kwargs)

    return guarded


def _guest(request: HttpRequest) -> str:
    return tickets.guest_of(request.COOKIES.get(tickets.GUEST_COOKIE, ""))


@require_safe
@_only_in_practice
def enter(request: Request) -> HttpResponse:
    """Take a ticket from a real desk, once: a guest of today, on a seat of the same kind."""
    ticket = tickets.take(request.GET.get("ticket", ""))
    guest = _guest(request) or tickets.new_guest()
    answer = _take_seat(request, ticket.role, guest)
    answer.set_cookie(
        tickets.GUEST_COOKIE,
        tickets.sealed(guest),
        path=settings.SESSION_COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    if ticket.language in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            ticket.language,
            path=settings.LANGUAGE_COOKIE_PATH,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    return answer


@require_POST
@_only_in_practice
def as_role(request: Request, role: str) -> HttpResponse:
    """Let a guest sit down on another kind of seat."""
    guest = _guest(request)
    if not guest:
        raise Forbidden("web.practice")
    return _take_seat(request, role, guest)


def _take_seat(request: Request, role: str, guest: str) -> HttpResponse:
    user, seat = people.login_of(role, guest)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SEAT] = str(seat)
    UserSession.objects.create_from_request(request)
    return HttpResponseRedirect(reverse("practice:exercises"))


@require_safe
@_only_in_practice
def exercises(request: Request) -> HttpResponse:
    """Show the exercises of this seat with what was done, and the other seats."""
    actor = request.actor
    desk = (desks_of(actor) or [""])[0] if actor else ""
    done: set[str] = set()
    if actor is not None and desk in lessons.OF_DESK:
        done |= journal.kinds_by(actor.ref)
        done |= {mark for mark in lessons.MARKS.values() if cache.get(_key(actor.ref, mark))}
    elif actor is not None and desk == "cartable":
        done |= cache.get(_shared_key(_guest(request), actor), set())
    shown = lessons.ticked(_role(actor) if actor and desk == "cartable" else desk, done)
    return render(
        request,
        "practice/exercises.html",
        {
            "exercises": shown,
            "done": sum(1 for _each, is_done in shown if is_done),
            "doors": DOORS if _guest(request) else (),
            "to_desk": reverse(FIRST_PAGE[desk]) if desk else "",
        },
    )


@require_POST
@_only_in_practice
def anew(request: Request) -> HttpResponse:
    """Ask that everything begins anew; whoever runs the node does it within a second or two."""
    if not _guest(request):
        raise Forbidden("web.practice")
    (settings.HOME / ANEW).touch(mode=0o600)
    return render(request, "practice/anew.html")


def _key(ref: str, mark: str) -> str:
    return f"practice-mark:{ref}:{mark}"


def _role(actor: Actor) -> str:
    """Return who sits at a cartable; a deputy, too, is there as who he is."""
    return "head" if Right.SIGN in actor.rights and actor.hand is None else "expert"


def _shared_key(guest: str, actor: Actor) -> str:
    return f"practice-shared:{guest}:{_role(actor)}"


class MarksMiddleware:
    """Notes what the journal cannot tell of somebody who practises.

    Screens that leave no entry, used with success; and, as all guests sit on the same seats of
    expert and head, what each of them did there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        begun = clock.current().now()
        answer = self.get_response(request)
        match, actor = request.resolver_match, cast("Request", request).actor
        guest = _guest(request) if request.method == "POST" else ""
        if actor and guest and Right.CARTABLE in actor.rights and answer.status_code < HTTP_REFUSED:
            self._note(guest, actor, begun, match.view_name if match else "")
        mark = lessons.MARKS.get(match.view_name) if match and request.method == "POST" else None
        if mark and actor is not None and answer.status_code < HTTP_REFUSED:
            cache.set(_key(actor.ref, mark), 1, None)
        return answer

    def _note(self, guest: str, actor: Actor, begun: datetime, screen: str) -> None:
        done = journal.kinds_by(actor.ref, since=begun)
        if screen == "cartable:together" and "letter.signed" in done:
            done |= {lessons.TOGETHER}
        if done:
            key = _shared_key(guest, actor)
            cache.set(key, cache.get(key, set()) | done, None)


HTTP_REFUSED = 400
