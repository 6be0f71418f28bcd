"""A counter's own letters: today at a glance, the list by state, search. Names stay masked."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.text import mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CounterToday, SubmissionState
from pishkhan.web.http import DeskRequest, desk

LAST = 6
FIRST_TABS = (
    SubmissionState.QUEUED,
    SubmissionState.IN_PROGRESS,
    SubmissionState.RETURNED,
    SubmissionState.READY,
    SubmissionState.HANDED_OVER,
)


def today_context(actor: Actor) -> dict[str, Any]:
    """Return what the aside shows: the day's counts and the newest letters."""
    return {
        "today": letters.counter_today(actor),
        "most": CounterToday.MOST,
        "newest": letters.submissions(actor, limit=LAST).rows,
    }


@desk(Right.COUNTER)
@require_GET
def today(request: DeskRequest) -> HttpResponse:
    """Draw the aside anew: letters move on while the clerk works."""
    return render(request, "counter/_today.html", today_context(request.actor))


@desk(Right.COUNTER)
@require_GET
def letters_page(request: DeskRequest) -> HttpResponse:
    """Draw the counter's letters, newest first, by state and day."""
    given = request.GET.get("state", "")
    state = SubmissionState(given) if given in set(SubmissionState) else None
    only_today = request.GET.get("day") == "today"
    page = letters.submissions(
        request.actor,
        state=state,
        day=clock.current().now().astimezone(TEHRAN).date() if only_today else None,
        after=request.GET.get("after") or None,
    )
    kept = {"state": given} if state else {}
    kept |= {"day": "today"} if only_today else {}
    return render(
        request,
        "counter/letters.html",
        {
            "rows": [(row, mask_name(row.applicant_name)) for row in page.rows],
            "next": _address(kept | {"after": page.next}) if page.next else "",
            "first": _address(kept) if request.GET.get("after") else "",
            "state": state,
            "only_today": only_today,
            "tabs": [_tab(each, state, only_today) for each in FIRST_TABS],
            "more_tabs": [
                _tab(each, state, only_today) for each in SubmissionState if each not in FIRST_TABS
            ],
            "all_url": _address({"day": "today"} if only_today else {}),
            "day_url": _address({"state": given} if state else {})
            if only_today
            else _address(kept | {"day": "today"}),
        },
    )


def _tab(each: SubmissionState, now: SubmissionState | None, only_today: bool) -> dict[str, Any]:
    query = {"state": each.value} | ({"day": "today"} if only_today else {})
    return {"state": each, "url": _address(query), "active": each is now}


def _address(query: dict[str, Any]) -> str:
    base = reverse("counter:letters")
    return f"{base}?{urlencode(query)}" if query else base


@desk(Right.COUNTER)
@require_http_methods(["GET", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Find own letters. By POST: what is looked for may be a person, and stands in no address."""
    q = request.POST.get("q", "")
    found, error = None, ""
    if q.strip():
        try:
            found = letters.search(request.actor, q, after=request.POST.get("after") or None)
        except Invalid as failed:
            told = failed.to_dict(_)
            error = told["fields"].get("q") or told["title"]
    return render(
        request,
        "counter/search.html",
        {
            "q": q,
            "error": error,
            "found": found,
            "rows": [(row, mask_name(row.applicant_name)) for row in found.rows] if found else [],
        },
        status=422 if error else 200,
    )
