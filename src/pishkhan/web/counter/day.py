"""Close of day: what was done, what was taken, what is open; confirmed by the clerk, printable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel import jalali, money
from pishkhan.kernel.errors import Invalid, PishkhanError
from pishkhan.kernel.money import Money
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ClerkDay, CounterDay, CounterToday, PayWay
from pishkhan.web.counter import entered, kept
from pishkhan.web.counter.faults import Faults
from pishkhan.web.counter.receipt import ways
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.templatetags.pishkhan import digits, jalali_date


@dataclass(frozen=True, slots=True)
class Open:
    """Something that is not finished, in one plain sentence, and where it is finished."""

    words: str
    url: str
    bad: bool = False


@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def day(request: DeskRequest) -> HttpResponse:
    """Show the clerk's day and his colleagues', or close it."""
    faults = None
    asked = request.GET.get("day", "")
    chosen: date | None = None
    try:
        chosen = _day(asked)
        letters.check_day(chosen)
        if request.method == "POST":
            return _close(request, chosen)
    except PishkhanError as error:
        faults = Faults.of(error)
        if "day" in faults.fields:
            chosen = None
    shown = letters.counter_day(request.actor, day=chosen)
    answer = render(
        request,
        "counter/day.html",
        _context(request, shown)
        | {
            "manages": letters.manages(request.actor),
            "faults": faults,
            "errors": faults.fields if faults else {},
            "note": request.POST.get("note", ""),
        },
        status=faults.status if faults else 200,
    )
    add_never_cache_headers(answer)
    return answer


def _day(asked: str) -> date | None:
    if not asked.strip():
        return None
    try:
        return jalali.parse_date(asked)
    except Invalid as error:
        raise Invalid(error.code, fields={"day": error.message}) from None


def _close(request: DeskRequest, chosen: date | None) -> HttpResponse:
    done = letters.close_day(
        request.actor,
        day=chosen,
        accepted=_count(request, "accepted"),
        handed_over=_count(request, "handed_over"),
        parked=len(kept.laid(request.actor)),
        note=request.POST.get("note", ""),
    )
    messages.success(
        request,
        _("The day is closed; it stands on record since %(hour)s.")
        % {"hour": jalali_date(done.at, "hour")},
    )
    here = reverse("counter:day")
    return HttpResponseRedirect(f"{here}?day={_number(done.day)}" if chosen else here)


def _count(request: DeskRequest, name: str) -> int:
    """Return a figure as it was shown; -1, which no figure is, for what is no number."""
    value = request.POST.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else -1


def _number(day: date) -> str:
    return "{:04}/{:02}/{:02}".format(*jalali.to_jalali(day))


def _context(request: DeskRequest, shown: CounterDay) -> dict[str, Any]:
    mine = shown.mine
    parked = len(kept.laid(request.actor)) if shown.day == entered.today() else 0
    total = _total(mine, PayWay.CASH)
    return {
        "view": shown,
        "mine": mine,
        "parked": parked,
        "clerks": [(each, _cash(each)) for each in shown.clerks],
        "several": len(shown.clerks) > 1,
        "takings": [
            (ways()[each.way], each, each.state + each.commission) for each in mine.takings
        ],
        "cash": total,
        "in_words": money.toman_in_words(total) if total else "",
        "open": _open(shown, parked),
        "is_today": shown.day == entered.today(),
        "day_number": _number(shown.day),
        "closed": shown.closings,
    }


def _cash(clerk: ClerkDay) -> Money:
    return _total(clerk, PayWay.CASH)


def _total(clerk: ClerkDay, way: PayWay) -> Money:
    total = Money(0)
    for each in clerk.takings:
        if each.way is way:
            taken = each.state + each.commission
            total = total + taken if total else taken
    return total


def _open(shown: CounterDay, parked: int) -> list[Open]:
    """Return what is still open, the gravest first; nothing when all is done."""
    mine, ready, lists = shown.mine, shown.ready, reverse("counter:letters")
    unsent = ngettext(
        "%(n)s letter of yours has not reached its agency.",
        "%(n)s letters of yours have not reached their agencies.",
        mine.unsent,
    )
    unprinted = ngettext(
        "The receipt of %(n)s letter was not printed.",
        "The receipts of %(n)s letters were not printed.",
        mine.unprinted,
    )
    begun = ngettext(
        "%(n)s letter is begun and not accepted.",
        "%(n)s letters are begun and not accepted.",
        parked,
    )
    returned = ngettext(
        "%(n)s letter of yours waits for what is missing.",
        "%(n)s letters of yours wait for what is missing.",
        mine.returned,
    )
    waiting = ngettext(
        "%(n)s answer of this counter waits to be handed over.",
        "%(n)s answers of this counter wait to be handed over.",
        ready,
    )
    more = "+" if ready >= CounterToday.MOST else ""
    all_of_it = (
        (mine.unsent, unsent, reverse("counter:post"), True),
        (mine.unprinted, unprinted, "#unprinted", True),
        (parked, begun, reverse("counter:parked"), True),
        (mine.returned, returned, f"{lists}?state=returned", False),
        (ready, waiting, f"{lists}?state=ready", False),
    )
    return [
        Open(words % {"n": digits(n) + (more if words is waiting else "")}, url, bad)
        for n, words, url, bad in all_of_it
        if n
    ]


@desk(Right.COUNTER)
@require_POST
def printed(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Note that the receipt went to the printer; the page tells it by itself."""
    letters.print_receipt(request.actor, letter)
    return HttpResponse(status=204)
