"""The counter's day beside the page: the last letters and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Actor, Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CounterToday, SubmissionRow
from pishkhan.web.counter import entered, kept
from pishkhan.web.http import DeskRequest, desk

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Today:
    rows: tuple[SubmissionRow, ...]
    accepted: str
    queued: str
    undelivered: str
    ready: str
    returned: str


def today(actor: Actor) -> Today:
    """Return the last letters and the counts, "100+" from the ceiling on. Five queries."""
    counts = letters.counter_today(actor)

    def told(n: int) -> str:
        return f"{n}+" if n >= CounterToday.MOST else str(n)

    return Today(
        rows=letters.submissions(actor, limit=SHOWN).rows,
        accepted=told(counts.accepted),
        queued=told(counts.queued),
        undelivered=told(counts.undelivered) if counts.undelivered else "",
        ready=told(counts.ready),
        returned=told(counts.returned),
    )


@desk(Right.COUNTER)
@require_safe
def beside(request: DeskRequest) -> HttpResponse:
    """Draw the column beside the acceptance form; the page asks for it again now and then."""
    letter = entered.nonce(request.GET.get("letter", ""))
    answer = render(
        request,
        "counter/_today.html",
        {
            "today": today(request.actor),
            "parked": sorted(kept.laid(request.actor, letter), key=lambda each: each.parked),
            "letter": letter,
        },
    )
    add_never_cache_headers(answer)
    return answer
