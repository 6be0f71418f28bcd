"""One letter at its counter: its life, its pages, what was missing, the wish to withdraw it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, PishkhanError, Refused
from pishkhan.kernel.text import mask_mobile, mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    PageRole,
    StepKind,
    SubmissionState,
    SubmissionView,
    Writing,
)
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import FateState
from pishkhan.web import problems
from pishkhan.web.counter import told
from pishkhan.web.counter.faults import Faults
from pishkhan.web.counter.helper import with_helper
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import beside, saved, words
from pishkhan.web.letter.proved import proof
from pishkhan.web.letter.terms import Urgencies
from pishkhan.web.uploads.chosen import listed, uploaded
from pishkhan.web.uploads.serve import serve_blob, serve_preview

WIDE, SMALL = 960, 160
MOST_LEAVES = 60

COMPLETION = "complete"
"""The form whose slots name a letter and its latest return."""

S = SubmissionState
WITHDRAWABLE = frozenset(
    {S.QUEUED, S.UNDELIVERED, S.TRANSFERRED, S.ARRIVED, S.REGISTERED, S.IN_PROGRESS, S.RETURNED}
)
OVER = frozenset({S.HANDED_OVER, S.CLOSED, S.WITHDRAWN, S.SET_ASIDE})
# Of these the agency tells a counter no more than that they happened.
_TOLD: dict[StepKind, Any] = {
    StepKind.ARRIVED: gettext_lazy("Arrived at the agency"),
    StepKind.REFERRED: gettext_lazy("Given to the person in charge"),
}
_BAD = frozenset(
    {
        StepKind.WITHDRAWN,
        StepKind.WITHDRAWAL_ASKED,
        StepKind.UNDELIVERED,
        StepKind.SET_ASIDE,
        StepKind.TRANSFER_REFUSED,
    }
)
_STOPPED = frozenset({FateState.WAITING, FateState.QUARANTINED})


@desk(Right.COUNTER)
@with_helper
@require_safe
def letter(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the letter's page."""
    return show(request, letter)


def show(
    request: DeskRequest, letter: UUID, faults: Faults | None = None, **typed: Any
) -> HttpResponse:
    """Draw the letter's page, after a refused form with what was wrong and what was typed."""
    view = letters.submission(request.actor, letter)
    state = view.row.state
    found = letters.problems_of(request.actor, letter)
    restored = None
    if state is S.RETURNED and "note" not in typed:
        restored = saved.kept(request.actor, COMPLETION, _return(view))
        if restored:
            typed |= {"note": restored.get("note", ""), "typed_pages": restored.get("pages")}
    return render(
        request,
        "counter/letter.html",
        {
            "view": view,
            "row": view.row,
            "name": mask_name(view.applicant.name),
            "mobile": mask_mobile(view.applicant.mobile) if view.applicant.mobile else "",
            "beside": beside.facts(letters.masked(view.circumstances)),
            "not_read": view.circumstances.writing is Writing.HAND,
            "kind": words.KINDS[view.kind],
            "urgency": Urgencies().name(view.urgency, view.row.accepted_at),
            "steps": steps(view),
            "problems": [problems.shown(each) for each in found],
            "may_complain": letters.may_complain(state) and all(each.answered_at for each in found),
            "kinds": [("", ""), *((kind.value, word) for kind, word in problems.NAMES.items())],
            "told": told.told(view.row.id),
            "pages": pictures(view),
            "originals": view.pages,
            "returned": state is S.RETURNED,
            "restored": bool(restored),
            "ready": state is S.READY,
            "undelivered": state is S.UNDELIVERED,
            "refused": refused(view),
            "stopped": stopped(view),
            "aside": _why_aside(view),
            "moved": _moved(view),
            "several": view.answers if len(view.answers) > 1 else (),
            "may_withdraw": state in WITHDRAWABLE and not view.withdrawal_asked,
            "faults": faults,
            "errors": faults.fields if faults else {},
            "upload_url": reverse("files:create"),
            "preview_url": reverse("files:create") + "{upload}/preview",
            "max_size": settings.UPLOAD_LIMIT,
            "roles": [(PageRole.ENCLOSURE.value, words.ROLES[PageRole.ENCLOSURE])],
            **typed,
        },
        status=faults.status if faults else 200,
    )


def refused(view: SubmissionView) -> str:
    """Return why the newest message was refused; nothing when that is past or was none."""
    last = view.steps[-1] if view.steps else None
    if view.row.state is S.UNDELIVERED:
        found = [step for step in view.steps if step.kind is StepKind.UNDELIVERED]
        return words.why(found[-1]) if found else ""
    if last is None or last.kind is not StepKind.UNDELIVERED or view.row.state in OVER:
        return ""
    return words.why(last)


def stopped(view: SubmissionView) -> str:
    """Return what holds up a letter on its way; nothing when it goes as it should."""
    if view.row.state is not S.QUEUED:
        return ""
    fate = relay.fate(view.message)
    return str(fate.message.render(_)) if fate.state in _STOPPED else ""


def _why_aside(view: SubmissionView) -> str:
    """Return why the agency did not register the letter; empty when it did."""
    if view.row.state is not S.SET_ASIDE:
        return ""
    told = [step.params.get("note", "") for step in view.steps if step.kind is StepKind.SET_ASIDE]
    return told[-1] if told else ""


def _moved(view: SubmissionView) -> dict[str, str] | None:
    """Return which agency passed the letter on to which, and why; None when it is not so."""
    moves = (StepKind.TRANSFERRED, StepKind.TRANSFER_REFUSED)
    told = [step for step in view.steps if step.kind in moves]
    if not told or told[-1].kind is StepKind.TRANSFER_REFUSED or view.row.state in OVER:
        return None
    return told[-1].params


def steps(view: SubmissionView) -> list[dict[str, Any]]:
    """Return the timeline with what is still to come."""
    found: list[dict[str, Any]] = [
        {
            "what": _TOLD.get(step.kind) or words.sentence(step),
            "at": step.at,
            "by": step.by,
            "text": beside.quoted(step),
            "state": "bad" if step.kind in _BAD else "done",
            "proof": proof(step),
        }
        for step in view.steps
    ]
    state = view.row.state
    if found and state not in OVER and found[-1]["state"] == "done":
        found[-1]["state"] = "wait" if state is S.RETURNED else "now"
    if state not in OVER:
        if state not in (S.ANSWERED, S.READY):
            found.append({"what": _("Answer"), "state": "next"})
        found.append({"what": _("Handing over at the counter"), "state": "next"})
    return found


def pictures(view: SubmissionView, *, first: bool = False) -> list[dict[str, Any]]:
    """Return one entry for each leaf, as `components/page_viewer.html` wants them.

    `first`: only what was accepted, without what was added later.
    """
    found: list[dict[str, Any]] = []
    for page in view.pages:
        if first and page.round:
            continue
        base = reverse("counter:preview", args=(view.row.id, page.seq))
        for leaf in range(1, min(page.leaves, MOST_LEAVES) + 1):
            n = len(found) + 1
            label = (
                _("%(n)s · added") % {"n": n} if page.round else f"{n} · {words.ROLES[page.role]}"
            )
            found.append(
                {
                    "url": f"{base}?leaf={leaf}&w={WIDE}",
                    "thumb": f"{base}?leaf={leaf}&w={SMALL}",
                    "rotation": 0,
                    "label": label,
                }
            )
    return found


@desk(Right.COUNTER)
@with_helper
@require_POST
def complete(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send what was missing after the letter, under the same code."""
    note, pages = request.POST.get("note", ""), request.POST.get("pages", "[]")
    try:
        letters.complete(
            request.actor,
            letter,
            pages=uploaded(request.actor, listed({"pages": pages})),
            note=note,
        )
    except PishkhanError as error:
        if not isinstance(error, Invalid) and _was_completed(request, letter):
            return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))
        _keep(request, letters.submission(request.actor, letter))
        return show(request, letter, Faults.of(error), note=note, typed_pages=pages)
    view = letters.submission(request.actor, letter)
    saved.forget(request.actor, COMPLETION, _return(view))
    messages.success(request, _("What was missing is on its way, under the same code."))
    return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))


@desk(Right.COUNTER)
@require_POST
def save_completion(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Keep what is typed and scanned for a returned letter, and say when; nothing is sent."""
    view = letters.submission(request.actor, letter)
    if view.row.state is not S.RETURNED:  # it was completed, or withdrawn, meanwhile
        raise Refused("letters.not-now")
    if _keep(request, view):
        return saved.told()
    return HttpResponse("", content_type="text/plain; charset=utf-8")


def _keep(request: DeskRequest, view: SubmissionView) -> bool:
    """Keep what was typed; return False when that was nothing."""
    values = {name: request.POST.get(name, "") for name in ("note", "pages")}
    if values["note"].strip() or listed(values):
        saved.keep(request.actor, COMPLETION, _return(view), values)
        return True
    saved.forget(request.actor, COMPLETION, _return(view))
    return False


def _return(view: SubmissionView) -> str:
    """Name the letter's latest return: what was typed for an earlier one does not come back."""
    returns = sum(step.kind is StepKind.RETURNED for step in view.steps)
    return f"{view.row.id}:{returns}"


def _was_completed(request: DeskRequest, letter: UUID) -> bool:
    """Say whether this is the second press of a completion that was done."""
    view = letters.submission(request.actor, letter)
    return view.row.state is not S.RETURNED and any(page.round for page in view.pages)


@desk(Right.COUNTER)
@with_helper
@require_POST
def send_again(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send an undelivered letter once more, under the same code."""
    try:
        letters.send_again(request.actor, letter)
    except PishkhanError as error:
        view = letters.submission(request.actor, letter)
        if any(step.kind is StepKind.SENT_AGAIN for step in view.steps[-1:]):
            return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))
        return show(request, letter, Faults.of(error))
    messages.success(request, _("The letter is on its way again, under the same code."))
    return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))


@desk(Right.COUNTER)
@with_helper
@require_POST
def withdraw(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Tell the agency that the applicant wishes to withdraw the letter."""
    reason = request.POST.get("reason", "")
    try:
        letters.ask_withdrawal(request.actor, letter, reason=reason)
    except PishkhanError as error:
        return show(request, letter, Faults.of(error), reason=reason)
    ended = letters.submission(request.actor, letter).row.state is S.WITHDRAWN
    messages.success(
        request,
        _("The letter is withdrawn.")
        if ended
        else _("The agency is told that the applicant withdraws the letter."),
    )
    return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))


@desk(Right.COUNTER)  # type: ignore[arg-type] # large files are streamed
@require_safe
def page(request: DeskRequest, letter: UUID, seq: int) -> HttpResponseBase:
    """Send a page's file as it was sent."""
    return serve_blob(request, letters.page_blob(request.actor, "counter", letter, seq))


@desk(Right.COUNTER)  # type: ignore[arg-type] # the same
@require_safe
def preview(request: DeskRequest, letter: UUID, seq: int) -> HttpResponseBase:
    """Send a picture of one leaf, upright: `?leaf=` from 1, `?w=` wide."""
    return serve_preview(request, letters.page_blob(request.actor, "counter", letter, seq))
