"""Circulars on either desk: what waits to be noted, and who has taken note of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.kernel import clock, text, xlsx
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView
from pishkhan.letters.contracts.circulars import CircularFolder, ReceiverRow
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import alone
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.door import here, on_desk
from pishkhan.web.letter.groups import group_options
from pishkhan.web.templatetags.pishkhan import digits, jalali_date
from pishkhan.web.templatetags.words import STATES

FOLDERS: dict[CircularFolder, Any] = {
    CircularFolder.WAITING: pgettext_lazy("circulars", "To take note of"),
    CircularFolder.NOTED: pgettext_lazy("circulars", "Noted"),
    CircularFolder.SENT: pgettext_lazy("circulars", "Sent from here"),
}
_OF = frozenset(each.value for each in CircularFolder)

WHO: dict[str, tuple[bool | None, Any]] = {
    "waiting": (False, pgettext_lazy("receivers of a circular", "Not yet")),
    "noted": (True, pgettext_lazy("receivers of a circular", "Have taken note")),
    "all": (None, pgettext_lazy("receivers of a circular", "All")),
}


@on_desk
@require_http_methods(["GET", "HEAD", "POST"])
def circulars(request: DeskRequest) -> HttpResponse:
    """Draw a folder of circulars, or take note of those that were ticked."""
    if request.method == "POST":
        return _acknowledge_many(request)
    given = request.GET.get("of", "")
    folder = CircularFolder(given) if given in _OF else CircularFolder.WAITING
    after = request.GET.get("after")
    found = letters.circulars(request.actor, folder, after=after)
    today = clock.current().now()
    address = _address(request, folder)
    return render(
        request,
        "letter/circulars.html",
        {
            "here": here(request),
            "folder": folder.value,
            "may_write": bool(group_options(request.actor)),
            "tabs": [
                (_address(request, each), word, each is folder) for each, word in FOLDERS.items()
            ],
            "waiting": letters.circulars_waiting(request.actor),
            "rows": [(row, days(row.at, row.acknowledged_at or today)) for row in found.rows],
            "newest": address if after else "",
            "next": f"{address}{'&' if '?' in address else '?'}after={found.next}"
            if found.next
            else "",
        },
    )


def _address(request: DeskRequest, folder: CircularFolder) -> str:
    found = reverse(f"{here(request)}:circulars")
    return found if folder is CircularFolder.WAITING else f"{found}?of={folder.value}"


def _acknowledge_many(request: DeskRequest) -> HttpResponse:
    """Take note of each ticked one on its own; one that cannot be any more stops no other."""
    done = 0
    for given in request.POST.getlist("letter")[: letters.MOST_AT_ONCE]:
        try:
            letters.acknowledge(request.actor, UUID(given))
        except (ValueError, NotFound, Forbidden, Refused):
            continue  # a colleague was first, or it was never before this seat
        done += 1
    if done:
        told = ngettext(
            "Note is taken of %(n)s circular; its sender is told.",
            "Note is taken of %(n)s circulars; their senders are told.",
            done,
        )
        messages.success(request, told % {"n": digits(done)})
    else:
        messages.error(request, _("Tick the circulars that you have read."))
    return HttpResponseRedirect(reverse(f"{here(request)}:circulars"))


@deed("acknowledge")
def acknowledge(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Take note of one circular, on its page."""
    if request.POST.get("file"):
        return alone.note_and_file(request, letter)
    letters.acknowledge(request.actor, letter)
    messages.success(request, _("Note is taken; the sender is told."))
    return go(request, letter)


def days(since: datetime, until: datetime) -> int:
    """Return the days between two moments, as Tehran's calendar counts them."""
    first, last = (at.astimezone(clock.TEHRAN).date() for at in (since, until))
    return max((last - first).days, 0)


@on_desk
@require_safe
def receivers(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw who has taken note of a circular that was sent from here, and who has not."""
    view = letters.arrival(request.actor, letter)
    given = request.GET.get("of", "")
    who = given if given in WHO else "waiting"
    after = request.GET.get("after", "")
    rows, more = letters.circular_receivers(
        request.actor,
        letter,
        noted=WHO[who][0],
        after=int(after) if after.isdecimal() and len(after) < 6 else -1,
    )
    assert view.official is not None
    circular = view.official.circular
    assert circular is not None  # the list of its receivers was given
    sent, now = sent_at(view), clock.current().now()
    address = reverse(f"{here(request)}:circular", args=[letter])
    counts = {
        "waiting": circular.size - circular.noted,
        "noted": circular.noted,
        "all": circular.size,
    }
    return render(
        request,
        "letter/circular.html",
        {
            "here": here(request),
            "row": view.row,
            "circular": circular,
            "sent_at": sent,
            "who": who,
            "tabs": [
                (f"{address}?of={name}", word, counts[name], name == who)
                for name, (_noted, word) in WHO.items()
            ],
            "rows": [(row, days(sent, row.acknowledged_at or now) if sent else 0) for row in rows],
            "may_remind": "remind_receivers" in view.deeds,
            "next": f"{address}?of={who}&after={rows[-1].seq}" if more else "",
            "newest": f"{address}?of={who}" if after else "",
        },
    )


def sent_at(view: ArrivalView) -> datetime | None:
    """Return when the circular went out; None before."""
    return next((each.dispatched_at for each in view.drafts if each.dispatched_at), None)


@on_desk
@require_POST
def remind(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Remind all who have not taken note."""
    try:
        count = letters.remind_receivers(request.actor, letter)
    except Refused as error:
        messages.error(request, error.message.render(_))
    else:
        told = ngettext("%(n)s body is reminded.", "%(n)s bodies are reminded.", count)
        messages.success(request, told % {"n": digits(count)})
    return redirect(f"{here(request)}:circular", letter)


@on_desk
@require_POST
def export(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send the list as a sheet while it is read; that it was taken out is on record."""
    view = letters.arrival(request.actor, letter)
    rows = letters.export_receivers(request.actor, letter)
    fa = (get_language() or "fa").startswith("fa")
    columns = [
        xlsx.Column(_("Body"), 40),
        xlsx.Column(pgettext("column", "State"), 22),
        xlsx.Column(_("number there"), 16),
        xlsx.Column(_("Noted by"), 36),
        xlsx.Column(pgettext("of a circular", "Noted at"), 20),
        xlsx.Column(_("Days"), 8),
    ]
    states = {each: str(word) for each, (_tone, word) in STATES.items()}
    answer = StreamingHttpResponse(
        xlsx.sheet(
            _("Receivers of the circular"),
            columns,
            _lines(rows, states, sent_at(view), fa=fa),
            rtl=fa,
        ),
        content_type=xlsx.MEDIA_TYPE,
    )
    answer["Content-Disposition"] = 'attachment; filename="circular.xlsx"'
    answer["Content-Encoding"] = "identity"  # it is packed already
    answer["X-Accel-Buffering"] = "no"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # the desk's door takes any response


def _lines(
    rows: Iterator[ReceiverRow], states: dict[str, str], sent: datetime | None, *, fa: bool
) -> Iterator[tuple[xlsx.Cell, ...]]:
    now = clock.current().now()
    shape = text.persian_digits if fa else str
    for row in rows:
        yield (
            row.agency_name,
            states[row.state.value],
            shape(row.number_text),
            row.acknowledged_by,
            _moment(row.acknowledged_at, fa=fa),
            days(sent, row.acknowledged_at or now) if sent else None,
        )


def _moment(at: datetime | None, *, fa: bool) -> xlsx.Cell:
    """Return a moment as its cell: in Persian the Jalali day and hour, as the screens say it."""
    if at is None or not fa:
        return at
    return f"{jalali_date(at)} {text.persian_digits(at.astimezone(clock.TEHRAN).strftime('%H:%M'))}"
