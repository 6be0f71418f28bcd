"""The network: every other node with its last contact and what waits for it, in a table and on a
map. Nothing is asked of the nodes: it is what the last bag or call of each has left here."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import NodeRole, PlacedCounter
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.text import normalise
from pishkhan.relay import api as relay
from pishkhan.relay.contracts.contacts import ContactView
from pishkhan.web.admin import map as maps
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.admin.views.relay import many
from pishkhan.web.http import DeskRequest

ROWS = 100
TROUBLED = ("bad", "wait")
ORDER = ("bad", "wait", "good", "done")
CLOCK_OFF = 120
"""Seconds of difference between two clocks that are worth a colour."""


@admin
@require_safe
def network(request: DeskRequest) -> HttpResponse:
    """Draw the nodes, those that need somebody first; `q` words of a name, `only=look` those."""
    q, only = request.GET.get("q", ""), request.GET.get("only", "")
    given = request.GET.get("from", "")
    begin = int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
    now = clock.current().now()
    counters = directory.counters_on_map()
    rows = rows_of(relay.contacts(), counters, now)
    words = normalise(q).split()
    chosen = [
        row
        for row in rows
        if (only != "look" or row["tone"] in TROUBLED)
        and all(word in normalise(f"{row['view'].name} {row['counters']}") for word in words)
    ]
    here = reverse("admin:network")
    asked = urlencode({name: value for name, value in (("q", q), ("only", only)) if value})
    return draw(
        request,
        "network.html",
        {
            "q": q,
            "only": only,
            "filters": [("", _("All")), ("look", _("That need a look"))],
            "filtered": bool(asked),
            "figures": {tone: sum(row["tone"] == tone for row in rows) for tone in ORDER},
            "all": len(rows),
            "lets_in": _is_centre(),
            "waiting": sum(row["view"].waiting.count for row in rows),
            "rows": chosen[begin : begin + ROWS],
            "map": _map(counters, rows),
            "newest": f"{here}?{asked}" if begin else "",
            "next": _more(here, asked, begin + ROWS) if len(chosen) > begin + ROWS else "",
        },
    )


def _is_centre() -> bool:
    try:
        return directory.node_self().role is NodeRole.CENTRE
    except NotFound:  # it was never introduced: nothing was ever enrolled
        return False


def _more(here: str, asked: str, begin: int) -> str:
    return f"{here}?{asked}{'&' if asked else ''}from={begin}"


def rows_of(
    found: list[ContactView], counters: list[PlacedCounter], now: datetime
) -> list[dict[str, Any]]:
    """Return each node with its tone, and the words for all that is known of it."""
    names: dict[UUID, list[str]] = {}
    for each in counters:
        if each.node is not None:
            names.setdefault(each.node, []).append(each.name)
    between = pgettext("between things in a row", ", ")
    rows = []
    for view in found:
        tone, state = _state(view, now)
        ahead = view.line.ahead if view.line else None
        rows.append(
            {
                "view": view,
                "tone": tone,
                "state": state,
                "why": _why(view),
                "counters": between.join(
                    name for name in names.get(view.node, ()) if name != view.name
                ),
                "waiting": many(view.waiting.count),
                "clock": _clock(ahead),
                "clock_off": ahead is not None and abs(ahead) >= CLOCK_OFF,
            }
        )
    rows.sort(key=lambda row: ORDER.index(str(row["tone"])))
    return rows


def _state(view: ContactView, now: datetime) -> tuple[str, str]:
    """Return the tone and the word for how it stands with a node."""
    reason = view.line.reason if view.line else ""
    found = (
        (view.revoked, "done", _("revoked")),
        (bool(view.notice), "bad", _("nothing is sent: a person rules")),
        (view.suspended, "bad", _("set aside: two histories")),
        (view.contact_at is None, "wait", _("never in touch")),
        (view.is_silent(now), "bad", pgettext("a node", "silent")),
        (bool(reason), "wait", _("the line fails")),
        (view.holes > 0, "wait", _("messages are missing")),
    )
    return next(((tone, word) for so, tone, word in found if so), ("good", _("in touch")))


def _why(view: ContactView) -> str:
    code = view.notice or (view.line.reason if view.line else "")
    return relay.reason_in_words(code).render(_) if code else ""


def _clock(ahead: float | None) -> str:
    """Return by how much the node's clock differs, in words; "" where no line has measured it."""
    if ahead is None:
        return ""
    seconds = round(abs(ahead))
    if seconds < 2:
        return _("right")
    if seconds < CLOCK_OFF:
        return _("%(n)s seconds") % {"n": seconds}
    return _("%(n)s minutes") % {"n": round(seconds / 60)}


def _map(counters: list[PlacedCounter], rows: list[dict[str, Any]]) -> maps.Drawing | None:
    known = {row["view"].node: row for row in rows}
    places = []
    for each in counters:
        row = known.get(each.node)
        if each.lat is None or each.lon is None:
            continue
        if row is None:
            url = reverse("admin:counter", args=(each.id,))
            places.append(maps.Place(each.lat, each.lon, each.name, "", url))
            continue
        url = reverse("admin:node", args=(each.node,))
        words = f"{each.name}: {row['state']}"
        places.append(maps.Place(each.lat, each.lon, words, str(row["tone"]), url))
    return maps.drawn(places) if any(place.tone for place in places) else None
