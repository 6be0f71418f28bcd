"""The counter's letters (F6): the list by state, the search, and the post (F8)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from pishkhan.directory.contracts import OfficeKind, Right
from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.text import mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionRow, SubmissionState
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import FateState, QueueRow
from pishkhan.web.counter.faults import Faults
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.templatetags.pishkhan import digits, state_label

TABS = (
    SubmissionState.QUEUED,
    SubmissionState.UNDELIVERED,
    SubmissionState.RETURNED,
    SubmissionState.READY,
    SubmissionState.IN_PROGRESS,
    SubmissionState.HANDED_OVER,
    SubmissionState.CLOSED,
    SubmissionState.SET_ASIDE,
    SubmissionState.TRANSFERRED,
)

MOST_QUEUED = 50
NEWEST = 200
"""Letters whose subject the post tells; what waits longer is told without it."""

_KINDS: dict[str, Any] = {
    "letter.submitted": gettext_lazy("Letter"),
    "letter.completed": gettext_lazy("What was missing"),
    "letter.withdrawal": gettext_lazy("Wish to withdraw"),
    "letter.handed-over": gettext_lazy("Word that the answer was handed over"),
    "relay.receipt": gettext_lazy("Acknowledgement"),
}
_TONES: dict[FateState, str] = {
    FateState.QUEUED: "idle",
    FateState.PACKED: "go",
    FateState.DELIVERED: "go",
    FateState.WAITING: "wait",
    FateState.QUARANTINED: "bad",
    FateState.APPLIED: "good",
    FateState.REFUSED: "bad",
}


@desk(Right.COUNTER)
@require_safe
def letters_list(request: DeskRequest) -> HttpResponse:
    """List the counter's letters, newest first, of one state or of all."""
    asked = request.GET.get("state", "")
    state = SubmissionState(asked) if asked in set(SubmissionState) else None
    after = request.GET.get("after") or None
    page = letters.submissions(request.actor, state=state, after=after)
    base = {"state": state.value} if state else {}
    here = reverse("counter:letters")

    def address(**more: str) -> str:
        query = urlencode({**base, **more})
        return f"{here}?{query}" if query else here

    return render(
        request,
        "counter/letters.html",
        {
            "rows": [replace(r, applicant_name=mask_name(r.applicant_name)) for r in page.rows],
            "state": state.value if state else "",
            "tabs": [(here, pgettext("letters", "All"), state is None)]
            + [(f"{here}?state={each}", state_label(each), each is state) for each in TABS],
            "next": address(after=page.next) if page.next else "",
            "newest": address() if after else "",
            "q": "",
        },
    )


@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: DeskRequest) -> HttpResponse:
    """Find letters of this counter; by POST, for what is looked for may be a person."""
    q, found, faults = request.POST.get("q", ""), None, None
    if q.strip():
        try:
            found = letters.search(request.actor, q, after=request.POST.get("after") or None)
        except PishkhanError as error:
            faults = Faults.of(error)
    hits = found.rows if found else ()
    return render(
        request,
        "counter/search.html",
        {
            "q": q,
            "found": found,
            "hits": [replace(hit, applicant_name=mask_name(hit.applicant_name)) for hit in hits],
            "error": faults.listed[0][1] if faults else "",
        },
        status=faults.status if faults else 200,
    )


@dataclass(frozen=True, slots=True)
class Item:
    """A message on its way, in plain words."""

    row: QueueRow
    what: Any
    letter: SubmissionRow | None
    is_letter: bool
    tone: str
    words: str


@desk(Right.COUNTER)
@require_safe
def post(request: DeskRequest) -> HttpResponse:
    """Tell the fate of each message that this counter has sent and that is not settled yet."""
    office = request.actor.require_office(OfficeKind.COUNTER)
    rows = relay.queue(office.id, MOST_QUEUED)
    known = {row.id: row for row in letters.submissions(request.actor, limit=NEWEST).rows}
    return render(
        request,
        "counter/post.html",
        {
            "items": [
                Item(
                    row=row,
                    what=_KINDS.get(row.kind, row.kind),
                    letter=known.get(row.subject),
                    is_letter=row.kind.startswith("letter."),
                    tone=_TONES[row.fate.state],
                    words=digits(row.fate.message.render(_)),
                )
                for row in rows
            ],
            "more": len(rows) >= MOST_QUEUED,
        },
    )
