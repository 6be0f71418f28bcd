"""Lists of the secretariat: what arrived, all letters by state, what waits to go out."""

from __future__ import annotations

from functools import cache, partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from pishkhan.web import vacant
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.rows import Rows
from pishkhan.web.secretariat import bulk
from pishkhan.web.templatetags.words import STATES

ALL = "all"
_ARRIVED = ArrivalState.ARRIVED.value
SHORT, LONG = 25, letters.MOST_AT_ONCE
"""Lines of a list; the long one is as many as are registered at one press."""

WORDS = {
    "arrived": _("To register"),
    ALL: _("All"),
    **{each.value: STATES[each][1] for each in ArrivalState if each is not ArrivalState.ARRIVED},
}
_OF = frozenset(state.value for state in ArrivalState)


@desk(Right.SECRETARIAT)
@require_safe
def arrivals(request: DeskRequest) -> HttpResponse:
    """Draw what arrived and is not registered."""
    return _list(request, ArrivalState.ARRIVED)


@desk(Right.SECRETARIAT)
@require_safe
def all_letters(request: DeskRequest) -> HttpResponse:
    """Draw all letters of the secretariat, or those of one state."""
    state = request.GET.get("state", "")
    return _list(request, ArrivalState(state) if state in _OF else None)


def _list(request: DeskRequest, state: ArrivalState | None) -> HttpResponse:
    after = request.GET.get("after")
    long = request.GET.get("show") == str(LONG)
    limit = LONG if long else SHORT
    page = letters.arrivals(request.actor, state=state, after=after, limit=limit)
    chosen = ALL if state is None else state.value
    here = _addresses(long=long)[chosen]
    ticks = bulk.ticks(state)
    return render(
        request,
        "secretariat/arrivals.html",
        {
            "state": chosen,
            "tabs": partial(_tabs, chosen),  # the template keeps them
            "rows": Rows("secretariat", chosen, request.actor.seat_id).arrivals(
                page.rows,
                states=state is not ArrivalState.ARRIVED,
                ticks=ticks,
                reasons=state in (ArrivalState.SET_ASIDE, ArrivalState.TRANSFERRED),
            ),
            "ticks": ticks,
            "problems": letters.problems_waiting(request.actor),
            "vacant": partial(vacant.waiting, request.actor),  # the template keeps it a while
            "result": bulk.result(request) if ticks else None,
            "longer": "" if long or not page.next else _addresses(long=True)[chosen],
            "long": LONG,
            "last": letters.last_number(request.actor),
            "newest": here if after else "",
            "next": f"{here}{'&' if '?' in here else '?'}after={page.next}" if page.next else "",
        },
    )


def _tabs(chosen: str) -> list[tuple[str, str | Promise, bool]]:
    short = _addresses()
    return [(short[name], word, name == chosen) for name, word in WORDS.items()]


@cache
def _addresses(*, long: bool = False) -> dict[str, str]:
    """Return the address of each list, its short form or its long one."""
    arrived, every = reverse("secretariat:arrivals"), reverse("secretariat:letters")
    show = [f"show={LONG}"] if long else []
    found = {}
    for name in WORDS:
        query = "&".join([*([] if name in (_ARRIVED, ALL) else [f"state={name}"]), *show])
        base = arrived if name == _ARRIVED else every
        found[name] = f"{base}?{query}" if query else base
    return found


@desk(Right.SECRETARIAT)
@require_safe
def to_dispatch(request: DeskRequest) -> HttpResponse:
    """Draw the signed answers that wait to go out."""
    after = request.GET.get("after")
    page = letters.to_dispatch(request.actor, after=after)
    here = reverse("secretariat:to-dispatch")
    return render(
        request,
        "secretariat/to_dispatch.html",
        {
            "rows": Rows("secretariat", "", request.actor.seat_id).to_dispatch(page.rows),
            "last": letters.last_number(request.actor),
            "newest": here if after else "",
            "next": f"{here}?after={page.next}" if page.next else "",
        },
    )


@desk(Right.SECRETARIAT)
@require_safe
def vacancies(request: DeskRequest) -> HttpResponse:
    """Draw the vacant posts of the agency, with what waits there."""
    office = request.actor.office
    rows = vacant.rows(request.actor, office.agency_id) if office else []
    return render(request, "secretariat/vacancies.html", {"rows": rows})
