"""At a real desk: the way to the practice node, one press from the menu. It writes nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.web.context import desks_of
from pishkhan.web.http import Request
from pishkhan.web.practice.tickets import Ticket, write

ENTRY = "/practice/exercises/enter"
"""Where the practice node takes a ticket, at the address of this one."""
ROLES = {"counter": "clerk", "secretariat": "secretary", "cartable": "expert", "admin": "clerk"}
"""Desk → what its people practise as."""


@require_POST
def practise(request: Request) -> HttpResponse:
    """Lead to the practice node with a ticket for the same kind of seat."""
    if not settings.PRACTICE:
        raise NotFound("web.practice")
    desks = desks_of(request.actor) if request.actor is not None else []
    if request.actor is None or not desks:
        raise Forbidden("web.practice")
    asked = request.POST.get("desk", "")
    desk = asked if asked in desks else desks[0]
    role = ROLES[desk]
    if desk == "cartable" and Right.SIGN in request.actor.rights:
        role = "head"
    ticket = write(Ticket(role, get_language() or settings.LANGUAGE_CODE))
    return HttpResponseRedirect(f"{ENTRY}?{urlencode({'ticket': ticket})}")
