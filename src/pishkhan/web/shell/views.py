"""The first page, the choice of seat and language, and the demonstration's doors."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import login
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Forbidden, Invalid, NotFound
from pishkhan.web.accounts import devices
from pishkhan.web.context import desks_of
from pishkhan.web.http import Request
from pishkhan.web.middleware import SEAT
from pishkhan.web.public.again import NAME as AGAIN

FIRST_PAGE = {
    "counter": "counter:accept",
    "secretariat": "secretariat:arrivals",
    "cartable": "cartable:open",
    "admin": "admin:overview",
    "audit": "audit:log",
}

A_DAY = "public, max-age=86400"

# The demonstration's doors: user name → what the button says. `pishkhan demo` makes the users.
DEMO_ROLES = (
    ("clerk", _("Counter clerk"), _("accepts letters and hands answers over"), "accept"),
    ("secretary", _("Secretariat clerk"), _("registers, refers, dispatches"), "arrivals"),
    ("head", _("Head of the agency"), _("gives orders and signs"), "sign"),
    ("expert", _("Expert"), _("looks into it and drafts the answer"), "cartable"),
    (
        "governorate",
        _("Expert of the governorate"),
        _("wrote a circular to all offices; sees who has not taken note"),
        "post",
    ),
    ("dehyar", _("Dehyar"), _("letters of a village, and a counter that he hosts"), "home"),
    ("operator", _("Administrator"), _("offices, people, the state of the node"), "overview"),
    ("auditor", _("Auditor"), _("reads the log, checks entries, exports evidence"), "shield"),
)

# The guided tour of the main job: each step names the role and the keys it needs.
TOUR = (
    _(
        "As counter clerk: “Accept letter”. Type a national ID, such as 1234567891, choose the "
        "agency by three letters, add a page, write the subject, and accept. Note the code."
    ),
    _("As secretariat clerk: open the letter among the arrivals, register it, and refer it."),
    _(
        "As expert: open it in the cartable, write the answer, put your initial on it, and "
        "send it to the head for signature."
    ),
    _("As head: open “To sign”, read the answer and sign it."),
    _("As secretariat clerk: open “To dispatch” and send the answer out; it gets its number."),
    _(
        "As counter clerk: “Hand over”. Type code and national ID, and hand the answer over. The "
        "track form above shows the citizen the same, step by step."
    ),
)


@require_GET
def home(request: Request) -> HttpResponse:
    """Draw the public first page, or lead a person on duty to the desk."""
    actor = request.actor
    if actor is None and settings.PRACTISING:
        return redirect("practice:exercises")
    if actor is None:
        return render(
            request,
            "shell/home.html",
            {
                "roles": DEMO_ROLES if settings.DEMO else (),
                "tour": TOUR if settings.DEMO else (),
                "practice_offered": settings.PRACTICE,
            },
        )
    desks = desks_of(actor)
    if desks and "choose" not in request.GET:
        return redirect(FIRST_PAGE[desks[0]])
    assert actor.user_id is not None  # a session belongs to a person
    seats = directory.seats(actor.user_id)
    if seats:
        return render(request, "shell/seats.html", {"seats": seats})
    now = clock.current().now()
    keepers = [row for row in directory.administrators() if row.until_at is None]
    coming = [row for row in directory.holdings_of(actor.user_id) if row.from_at > now]
    return render(request, "shell/no_seat.html", {"keepers": keepers[:3], "coming": coming[::-1]})


@require_POST
def seat(request: Request) -> HttpResponse:
    """Take another of one's own seats."""
    actor = request.actor
    if actor is None or actor.user_id is None:
        return redirect("account_login")
    try:
        wanted = UUID(request.POST.get("seat", ""))
    except ValueError:
        raise Invalid("web.seat") from None
    there = {s.id for s in directory.seats(actor.user_id)}
    if wanted not in there:
        raise NotFound("web.seat")
    if devices.by_pin(request) and request.session.get(SEAT) != str(wanted):
        raise Forbidden(
            "web.by-pin",
            N_("A PIN opens the counter’s desk alone; log in with your password for another seat."),
        )
    request.session[SEAT] = str(wanted)
    return redirect("web:home")


@require_POST
def language(request: Request) -> HttpResponse:
    """Switch the language: of the person when logged in, else of this browser."""
    wanted = request.POST.get("language", "")
    if wanted not in dict(settings.LANGUAGES):
        raise Invalid("web.language")
    # A demonstration's people are played by whoever comes: there the browser keeps the language.
    own = request.actor is not None and request.actor.user_id is not None and not settings.DEMO
    if own and request.actor is not None:
        directory.set_language(request.actor, language=wanted)
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}):
        back = reverse("web:home")
    # A page that a form had opened gets that form once more, and knows it for what it is.
    opened = AGAIN in request.POST and back.startswith(reverse("public:track"))
    answer = HttpResponseRedirect(back, preserve_request=opened)
    answer.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        wanted,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


@require_POST
def demo_enter(request: Request, role: str) -> HttpResponse:
    """Log in as one of the demonstration's people; there is no such door on a real node."""
    if not settings.DEMO or settings.PRACTISING or role not in {name for name, *_ in DEMO_ROLES}:
        raise NotFound("web.demo")
    user = directory.demo_user(role)
    login(request, cast("Any", user), backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.pop(SEAT, None)
    UserSession.objects.create_from_request(request)  # this door is not allauth's, its list is
    answer = redirect("web:home")
    devices.note(request, answer, user)
    return answer


ROBOTS = """User-agent: *
Allow: /$
Allow: /static/
Disallow: /
"""
"""Machines may read the first page. Every other address is a desk, or leads to a letter."""


@require_safe
def robots(_request: Request) -> HttpResponse:
    """Tell searching machines what they may read."""
    return HttpResponse(
        ROBOTS, content_type="text/plain; charset=utf-8", headers={"Cache-Control": A_DAY}
    )


@require_safe
def favicon(_request: Request) -> HttpResponse:
    """Lead to the icon; a browser asks here where a page names none, as beside a picture or PDF."""
    return HttpResponseRedirect(static("pishkhan/favicon.svg"), headers={"Cache-Control": A_DAY})


@require_GET
def ping(_request: Request) -> HttpResponse:
    """Answer 204: the page's script asks whether the line is there."""
    return HttpResponse(status=204)
