"""Several clerks at one PC (F1): take over by PIN, sign in a colleague, set one's PIN."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeKind, Right
from pishkhan.kernel.errors import N_, Forbidden, Invalid, PishkhanError
from pishkhan.web.accounts import devices
from pishkhan.web.counter.faults import Faults
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.middleware import SEAT


@sensitive_post_parameters("pin")
@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: DeskRequest) -> HttpResponse:
    """Show who signed in at this PC today; let one of them take over by PIN."""
    people = _colleagues(request)
    chosen, faults = "", None
    if request.method == "POST":
        chosen = request.POST.get("clerk", "")
        user_id = next((each for each, _name in people if str(each) == chosen), None)
        try:
            if user_id is None:
                raise Forbidden(
                    "web.not-here", N_("This clerk has not signed in at this PC today.")
                )
            _take_over(request, user_id, request.POST.get("pin", ""))
        except PishkhanError as error:
            faults = Faults.of(error)
        else:
            return HttpResponseRedirect(reverse("counter:accept"))
    mine = request.actor.user_id
    answer = render(
        request,
        "counter/switch.html",
        {
            "people": people,
            "chosen": chosen or (str(people[0][0]) if people else ""),
            "has_pin": mine is not None and mine in directory.with_pin([mine]),
            "faults": faults,
            "errors": faults.fields if faults else {},
        },
        status=faults.status if faults else 200,
    )
    add_never_cache_headers(answer)
    return answer


def _colleagues(request: DeskRequest) -> list[tuple[UUID, str]]:
    """Return (id, name) of whoever else of this counter may take over here by PIN."""
    counter = request.actor.require_office(OfficeKind.COUNTER)
    here = [each for each in devices.people_here(request) if each != request.actor.user_id]
    able = directory.with_pin(here)
    found = []
    for user_id in here:
        actor = directory.actor_for(user_id, counter.id) if user_id in able else None
        if actor is not None:
            found.append((user_id, actor.label))
    return found


def _take_over(request: DeskRequest, user_id: UUID, pin: str) -> None:
    """Open the colleague's session in place of this one: a new key, nothing carried over."""
    actor = directory.switch_clerk(request.actor, user_id=user_id, pin=pin)
    before = request.session.session_key
    user: Any = directory.login(user_id)
    request.session.flush()
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session[SEAT] = str(actor.seat_id)
    devices.mark_by_pin(request)
    UserSession.objects.filter(session_key=before).delete()
    UserSession.objects.create_from_request(request)
    messages.success(request, _("%(name)s is at the desk now.") % {"name": actor.label})


@desk(Right.COUNTER)
@require_POST
def by_password(request: DeskRequest) -> HttpResponse:
    """End this session so that a colleague can sign in; who leaves may come back by PIN."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    if settings.DEMO:
        return HttpResponseRedirect(reverse("web:home"))  # its people enter by one click
    query = urlencode({"next": reverse("counter:accept")})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


@sensitive_post_parameters("pin", "again")
@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def pin(request: DeskRequest) -> HttpResponse:
    """Set one's own PIN; who asks has given the password a short while ago."""
    answer: HttpResponse = reauthentication_required(_pin)(request)
    return answer


def _pin(request: DeskRequest) -> HttpResponse:
    if devices.by_pin(request) and not cast("Any", request).user.has_usable_password():
        raise Forbidden("directory.no-right")
    faults = None
    if request.method == "POST":
        given = request.POST.get("pin", "")
        try:
            if given != request.POST.get("again", ""):
                differ = N_("The two PINs are not the same.")
                raise Invalid("web.pins-differ", fields={"again": differ})
            directory.set_pin(request.actor, pin=given)
        except PishkhanError as error:
            faults = Faults.of(error)
        else:
            messages.success(request, _("The PIN is set. It works at this PC, today."))
            return HttpResponseRedirect(reverse("counter:switch"))
    answer = render(
        request,
        "counter/pin.html",
        {"faults": faults, "errors": faults.fields if faults else {}},
        status=faults.status if faults else 200,
    )
    add_never_cache_headers(answer)
    return answer
