"""The post bag: what is on its way from an office, and what was set aside for a person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeRef
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import NoticeState
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import FateState
from pishkhan.web.admin import words
from pishkhan.web.admin.forms import uuid
from pishkhan.web.admin.page import Forms, admin, do, draw
from pishkhan.web.http import DeskRequest

MOST = 100
MOST_COUNTED = 10_000
"""Where the contexts end their counts."""
TONES = {
    FateState.QUEUED: "wait",
    FateState.PACKED: "go",
    FateState.DELIVERED: "go",
    FateState.WAITING: "wait",
    FateState.QUARANTINED: "bad",
    FateState.APPLIED: "good",
    FateState.REFUSED: "bad",
}
NOTICE_TONES = {
    NoticeState.QUEUED: "wait",
    NoticeState.SENDING: "go",
    NoticeState.SENT: "good",
    NoticeState.NOT_CONFIGURED: "wait",
    NoticeState.GIVEN_UP: "bad",
    NoticeState.EXPIRED: "bad",
    NoticeState.UNSURE: "wait",
}


@admin
@require_safe
def bag(request: DeskRequest) -> HttpResponse:
    """Draw what needs a person; with `?office=` also what that office waits to send."""
    return _draw(request, {})


def _draw(request: DeskRequest, forms: Forms) -> HttpResponse:
    stopped = relay.quarantined(MOST)
    office = request.GET.get("office", "")
    waiting = relay.queue(uuid(office, "office"), MOST) if office else []
    wanted = [row.from_office for row in stopped] + [row.to_office for row in stopped]
    wanted += [row.to_office for row in waiting]
    names = _names([*wanted, uuid(office, "office")] if office else wanted)
    return draw(
        request,
        "relay.html",
        {
            "post": post_rows(),
            "stopped": [
                {
                    "row": row,
                    "what": _what(row.kind),
                    "sender": names.get(row.from_office, ""),
                    "receiver": names.get(row.to_office, ""),
                    "why": row.message.render(_),
                    "remedy": row.remedy.render(_) if row.remedy else "",
                }
                for row in stopped
            ],
            "many": len(stopped) >= MOST,
            "office": office,
            "office_name": names.get(uuid(office, "office"), "") if office else "",
            "waiting": [
                {
                    "row": row,
                    "what": _what(row.kind),
                    "receiver": names.get(row.to_office, ""),
                    "fate": row.fate.message.render(_),
                    "tone": TONES[row.fate.state],
                }
                for row in waiting
            ],
        },
        forms,
    )


def post_rows() -> list[tuple[str, str, datetime | None, str]]:
    """Return what lies in the post: word, number, since when the oldest, tone."""
    found = relay.depths()
    rows = (
        (_("wait to be carried"), found.to_carry, ""),
        (_("held here"), found.held, "wait"),
        (_("stopped, for a person"), found.stopped, "bad"),
    )
    return [(w, many(d.count), d.oldest, tone if d.count else "") for w, d, tone in rows]


def many(count: int) -> str:
    """Return a number that the contexts count to a bound, so many or more at the bound."""
    return f"{MOST_COUNTED}+" if count >= MOST_COUNTED else str(count)


def _what(kind: str) -> Any:
    return words.MESSAGES.get(kind, kind)


def _names(offices: Iterable[UUID]) -> dict[UUID, str]:
    return {id_: _name(office) for id_, office in directory.offices(offices).items()}


def _name(office: OfficeRef) -> str:
    same = not office.agency_name or office.agency_name in office.name
    return office.name if same else f"{office.name}، {office.agency_name}"


@admin
@require_POST
def retry(request: DeskRequest, inbound_id: int) -> HttpResponse:
    """Try a stopped message once more."""

    def deed() -> str:
        relay.retry_quarantined(request.actor, inbound_id)
        return _("It is tried once more in the next round.")

    return do(request, "retry", deed, lambda forms: _draw(request, forms), reverse("admin:relay"))


@admin
@require_POST
def refuse(request: DeskRequest, inbound_id: int) -> HttpResponse:
    """Refuse a stopped message for good."""

    def deed() -> str:
        relay.refuse_quarantined(request.actor, inbound_id)
        return _("It is refused for good; its sender gets the letter back.")

    return do(request, "refuse", deed, lambda forms: _draw(request, forms), reverse("admin:relay"))


@admin
@require_safe
def streams(request: DeskRequest) -> HttpResponse:
    """Draw the streams between offices and the messages that are missing in them."""
    found = relay.streams(MOST)
    names = _names({view.destination for view in found})
    rows = [
        {
            "view": view,
            "name": names.get(view.destination, ""),
            "missing": sum(last - first + 1 for first, last in view.holes),
            "behind": 0 if view.outgoing else view.last - view.applied_upto,
        }
        for view in found
    ]
    rows.sort(key=lambda row: -int(str(row["behind"])))
    return draw(request, "streams.html", {"rows": rows})


@admin
@require_safe
def fates(request: DeskRequest, subject: UUID) -> HttpResponse:
    """Draw what became of the SMS and e-mails about one matter; recipients in part only."""
    rows = [
        {
            "fate": fate,
            "state": fate.reason.render(_),
            "tone": NOTICE_TONES[fate.state],
            "what": words.PATTERNS[fate.pattern],
            "channel": words.CHANNELS[fate.channel],
        }
        for fate in notices.fates(subject)
    ]
    return draw(request, "notices.html", {"rows": rows, "subject": subject})
