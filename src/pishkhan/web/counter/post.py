"""The counter's post: what became of everything it sent, in plain words."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from pishkhan.directory.contracts import OfficeKind, Right
from pishkhan.letters import api as letters
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import FateState
from pishkhan.web.counter.words import POST_KINDS
from pishkhan.web.http import DeskRequest, desk

SHOWN = 50
NEWEST = 200
TONES = {
    FateState.QUEUED: "idle",
    FateState.PACKED: "idle",
    FateState.DELIVERED: "go",
    FateState.WAITING: "wait",
    FateState.QUARANTINED: "bad",
    FateState.APPLIED: "good",
    FateState.REFUSED: "bad",
}


@desk(Right.COUNTER)
@require_GET
def post(request: DeskRequest) -> HttpResponse:
    """Draw what was sent and is not settled, oldest first."""
    office = request.actor.require_office(OfficeKind.COUNTER)
    known = {row.id: row for row in letters.submissions(request.actor, limit=NEWEST).rows}
    return render(
        request,
        "counter/post.html",
        {
            "rows": [
                {
                    "what": POST_KINDS.get(each.kind, each.kind),
                    "letter": known.get(each.subject),
                    "subject": each.subject if each.kind.startswith("letter.") else None,
                    "at": each.created_at,
                    "fate": each.fate.message.render(_),
                    "tone": TONES[each.fate.state],
                    "state": each.fate.state.value,
                }
                for each in relay.queue(office.id, SHOWN)
            ],
            "depth": relay.queue_depth(office.id),
            "shown": SHOWN,
        },
    )
