"""Read and sign in one sitting: each answer that waits, whole, and one press for those read."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, PishkhanError
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SignOutcome
from pishkhan.web import errors
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.capacity import acting
from pishkhan.web.templatetags.pishkhan import digits


@desk(Right.SIGN)
@require_http_methods(["GET", "HEAD", "POST"])
def together(request: DeskRequest) -> HttpResponse:
    """Draw the answers that wait for the signature, or sign those that were marked as read."""
    if request.method != "POST":
        return _draw(request)
    chosen = _chosen(request)
    try:
        outcomes = letters.sign_many(request.actor, chosen)
    except Invalid as error:
        return _draw(request, marked=dict(chosen), error=error)
    failed = {each.draft_id: each.fault for each in outcomes if each.fault is not None}
    _praise(request, outcomes)
    if not failed:
        left = letters.to_sign(request.actor)
        return HttpResponseRedirect(reverse("cartable:together" if left else "cartable:to-sign"))
    return _draw(request, faults=failed)


def _chosen(request: DeskRequest) -> list[tuple[UUID, int]]:
    """Return the drafts that were marked, each with the version that was shown."""
    found = []
    for given in request.POST.getlist("draft"):
        draft, _colon, version = given.partition(":")
        try:
            found.append((UUID(draft), int(version)))
        except ValueError:
            continue  # nothing that this page draws
    return found


def _praise(request: DeskRequest, outcomes: tuple[SignOutcome, ...]) -> None:
    signed = sum(each.fault is None for each in outcomes)
    if signed:
        told = ngettext(
            "%(n)s answer is signed. The secretariat dispatches it.",
            "%(n)s answers are signed. The secretariat dispatches them.",
            signed,
        )
        messages.success(request, told % {"n": digits(signed)})


def _draw(
    request: DeskRequest,
    *,
    marked: dict[UUID, int] | None = None,
    error: PishkhanError | None = None,
    faults: dict[UUID, PishkhanError] | None = None,
) -> HttpResponse:
    waiting = letters.to_sign(request.actor)
    told = {draft_id: errors.told(fault) for draft_id, fault in (faults or {}).items()}
    shown = {each.draft_id for each in waiting}
    context: dict[str, Any] = {
        "answers": [
            {
                "view": each,
                "fault": told.get(each.draft_id),
                "marked": (marked or {}).get(each.draft_id) == each.version,
            }
            for each in waiting
        ],
        "elsewhere": [fault for draft_id, fault in told.items() if draft_id not in shown],
        "failure": errors.told(error) if error else None,
        "title": acting(request.actor),
    }
    status = (
        error.status if error else max((f.status for f in (faults or {}).values()), default=200)
    )
    return render(request, "cartable/together.html", context, status=status)
