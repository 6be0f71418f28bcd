"""The log, newest first, narrowed down by kind and day; and one box that finds what was meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.journal.auditing import LogRow, Overlook
from pishkhan.kernel import jalali
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.web import errors
from pishkhan.web.admin.forms import shown_day
from pishkhan.web.audit import words
from pishkhan.web.http import DeskRequest, DeskView, desk

SHOWN = 50


def audit(view: DeskView) -> Callable[..., HttpResponse]:
    """Let only auditors in; all pages of the desk lie under the one entry of its rail."""

    @desk(Right.AUDIT)
    @wraps(view)
    def under_the_log(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.rail_at = "audit:log"
        return view(request, *args, **kwargs)

    return under_the_log


@dataclass(frozen=True, slots=True)
class Line:
    """An entry of a list, its kind in words; `closed`: its letter is above the clearance."""

    row: LogRow
    words: str
    tone: str
    icon: str
    standing: Any
    closed: bool = False


def lines(rows: tuple[LogRow, ...], closed: frozenset[Any] = frozenset()) -> list[Line]:
    """Return rows of the log as they are drawn."""
    return [
        Line(row, words.words_of(row.kind), *words.STANDINGS[row.standing], closed=row.id in closed)
        for row in rows
    ]


@audit
@require_safe
def log(request: DeskRequest) -> HttpResponse:
    """Draw the head of the log and a page of its entries."""
    return draw(request)


@audit
@require_POST
def find(request: DeskRequest) -> HttpResponse:
    """Lead to what was typed; no code or number stands in an address."""
    typed = request.POST.get("q", "").strip()[:120]
    found = letters.audit_find(request.actor, typed)
    if found.entry is not None:
        return redirect("audit:entry", found.entry)
    if len(found.subjects) == 1:
        return redirect("audit:record", found.subjects[0])
    return draw(request, typed=typed, several=found.subjects)


def draw(request: DeskRequest, *, typed: str = "", several: tuple[Any, ...] = ()) -> HttpResponse:
    """Draw the list, and above it what a search came to."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in words.offered() else ""
    day, failed = _day(request.GET.get("day", "").strip())
    since, until = _bounds(day)
    after = request.GET.get("after")
    page = letters.audit_log(
        request.actor, kind=kind, since=since, until=until, after=after, limit=SHOWN
    )
    query = {"kind": kind, "day": "" if day is None else shown_day(day)}
    here = f"{reverse('audit:log')}?{urlencode(query)}"
    return render(
        request,
        "audit/log.html",
        {
            "head": (head := _head(request)),
            "root": "" if head is None else head.root.hex(),
            "lines": lines(page.log.rows, page.closed),
            "looked_until": page.log.looked_until,
            "kinds": words.choices(),
            "kind": kind,
            "day": day,
            "typed_day": request.GET.get("day", "").strip(),
            "field_errors": failed,
            "typed": typed,
            "several": several,
            "searched": bool(typed) or request.method == "POST",
            "narrowed": bool(kind or day),
            "newest": here if after else "",
            "next": f"{here}&after={page.log.next}" if page.log.next else "",
        },
        status=422 if failed else 200,
    )


def _head(request: DeskRequest) -> Overlook | None:
    try:
        return letters.audit_head(request.actor)
    except NotFound:
        return None


def _day(typed: str) -> tuple[date | None, dict[str, str]]:
    if not typed:
        return None, {}
    try:
        return jalali.parse_date(typed), {}
    except Invalid as error:
        return None, {"day": errors.told(error)["title"]}


def _bounds(day: date | None) -> tuple[datetime | None, datetime | None]:
    if day is None:
        return None, None
    return jalali.day_bounds(day)
