"""One letter as its counter holds it: pages, life, what is missing, withdrawal."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.text import mask_mobile, mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.counter import form, saved, words
from pishkhan.web.errors import wants_problem
from pishkhan.web.http import DeskRequest, Request, desk
from pishkhan.web.templatetags.pishkhan import jalali_date
from pishkhan.web.uploads.serve import serve_blob, serve_preview

MAY_WITHDRAW = frozenset(
    {
        SubmissionState.QUEUED,
        SubmissionState.ARRIVED,
        SubmissionState.REGISTERED,
        SubmissionState.IN_PROGRESS,
        SubmissionState.RETURNED,
    }
)


@desk(Right.COUNTER)
@require_GET
def letter(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Draw the letter."""
    return _draw(request, letter_id)


def _draw(
    request: DeskRequest, letter_id: UUID, error: PishkhanError | None = None
) -> HttpResponse:
    view = letters.submission(request.actor, letter_id)
    told = error.to_dict(_) if error else None
    typed = saved.kept(request.actor, saved.COMPLETE, letter_id.hex)
    if error:
        typed = {name: request.POST.get(name, "") for name in ("pages", "note", "reason")}
    return render(
        request,
        "counter/letter.html",
        {
            "view": view,
            "row": view.row,
            "kind": words.KINDS[view.kind],
            "medium": words.MEDIA[view.medium],
            "pay_way": words.PAY_WAYS[view.fee.way],
            "masked_name": mask_name(view.applicant.name),
            "masked_mobile": mask_mobile(view.applicant.mobile) if view.applicant.mobile else "",
            "total": view.fee.state + view.fee.commission,
            "steps": words.timeline(view.steps, view.row.state, names=True),
            "pages": [
                {
                    "url": _picture(letter_id, page.seq, 1100),
                    "thumb": _picture(letter_id, page.seq, 260),
                    "rotation": 0,  # the picture is drawn upright already
                    "label": f"{page.seq} · {words.ROLES[page.role]}",
                }
                for page in view.pages
            ],
            "returned": view.row.state is SubmissionState.RETURNED,
            "ready": view.row.state is SubmissionState.READY,
            "may_withdraw": view.row.state in MAY_WITHDRAW and not view.withdrawal_asked,
            "roles": words.options(words.ROLES),
            "v": typed,
            "errors": told["fields"] if told else {},
            "failed": told,
        },
        status=error.status if error else 200,
    )


def _picture(letter_id: UUID, seq: int, width: int) -> str:
    return f"{reverse('counter:preview', args=[letter_id, seq])}?w={width}"


@desk(Right.COUNTER)
@require_POST
def complete(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Send what was missing after the letter, under the same code."""
    try:
        pages = form.read_pages(request.actor, request.POST.get("pages", ""))
        letters.complete(
            request.actor, letter_id, pages=pages, note=request.POST.get("note", "")
        )
    except PishkhanError as error:
        if wants_problem(request):
            raise
        return _draw(request, letter_id, error)
    saved.forget(request.actor, saved.COMPLETE, letter_id.hex)
    messages.success(request, _("What was missing is on its way to the agency."))
    return redirect("counter:letter", letter_id)


@require_POST
def completion_draft(request: Request, letter_id: UUID) -> HttpResponse:
    """Keep what was added and not yet sent; see `accept.draft`."""
    actor = request.actor
    if actor is None:
        return HttpResponse(status=401)
    actor.require(Right.COUNTER)
    data = {name: request.POST.get(name, "") for name in ("pages", "note")}
    at = saved.keep(actor, saved.COMPLETE, letter_id.hex, data)
    told = _("Draft saved at %(hour)s.") % {"hour": jalali_date(at, "hour")}
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


@desk(Right.COUNTER)
@require_POST
def withdraw(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Ask the agency to let the letter go, at the applicant's wish."""
    try:
        letters.ask_withdrawal(
            request.actor, letter_id, reason=request.POST.get("reason", "")
        )
    except PishkhanError as error:
        return _draw(request, letter_id, error)
    messages.success(request, _("The agency was asked; its word is shown here."))
    return redirect("counter:letter", letter_id)


@desk(Right.COUNTER)  # type: ignore[arg-type]  # a page of a letter may be streamed
@require_GET
def page(request: DeskRequest, letter_id: UUID, seq: int) -> HttpResponseBase:
    """Send the file as it was taken."""
    return serve_blob(request, letters.page_blob(request.actor, "counter", letter_id, seq))


@desk(Right.COUNTER)  # type: ignore[arg-type]  # a picture of a page may be streamed
@require_GET
def preview(request: DeskRequest, letter_id: UUID, seq: int) -> HttpResponseBase:
    """Send a picture of one leaf, upright: `?leaf=` from 1, `?w=` wide."""
    return serve_preview(request, letters.page_blob(request.actor, "counter", letter_id, seq))
