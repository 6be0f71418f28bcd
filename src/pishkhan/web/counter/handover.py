"""Hand an answer over: the receipt's code and the national ID open it, a named key hands it over.

The pair waits in the session between the two pages: it stands in no address.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError, TooMany
from pishkhan.kernel.text import mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import RecipientKind, SubmissionState
from pishkhan.web.counter import form, words
from pishkhan.web.http import DeskRequest, desk

PAIR = "hand_over"


def code_of(scanned: str) -> str:
    """Return the code in what was typed or scanned: a receipt's QR holds the whole address."""
    return scanned.strip().rstrip("/").rpartition("/")[2]


@desk(Right.COUNTER)
@require_http_methods(["GET", "POST"])
def start(request: DeskRequest) -> HttpResponse:
    """Ask for code and national ID; lead to the answer when they belong together."""
    if request.method == "GET":
        return _ask(request, {"code": code_of(request.GET.get("code", "")), "national_id": ""})
    code, number = code_of(request.POST.get("code", "")), request.POST.get("national_id", "")
    values = {"code": code, "national_id": number}
    try:
        view = letters.track(code, number)
        letter_id = _own(request, view.tracking_code)
    except PishkhanError as error:
        return _ask(request, values, error)
    if letter_id is None:
        return _ask(request, values, elsewhere=view.counter_name)
    request.session[PAIR] = {"letter": str(letter_id), "code": code, "national_id": number}
    return redirect("counter:answer", letter_id)


def _own(request: DeskRequest, code: str) -> UUID | None:
    try:
        return letters.find_submission(request.actor, code)
    except NotFound:
        return None


def _ask(
    request: DeskRequest,
    values: dict[str, str],
    error: PishkhanError | None = None,
    elsewhere: str = "",
) -> HttpResponse:
    told = error.to_dict(_) if error else None
    wait = error.retry_after if isinstance(error, TooMany) else 0
    answer = render(
        request,
        "counter/hand_over.html",
        {
            "v": values,
            "errors": told["fields"] if told else {},
            "failed": told,
            "wait": wait,
            "elsewhere": elsewhere,
        },
        status=error.status if error else 200,
    )
    if wait:
        answer["Retry-After"] = str(wait)
    return answer


def _pair(request: DeskRequest, letter_id: UUID) -> dict[str, str] | None:
    pair = request.session.get(PAIR)
    return pair if pair and pair["letter"] == str(letter_id) else None


@desk(Right.COUNTER)
@require_GET
def answer(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Draw the answer, to read and to print, and the form that hands it over."""
    if _pair(request, letter_id) is None:
        return redirect("counter:hand-over")
    return _draw(request, letter_id)


def _draw(
    request: DeskRequest, letter_id: UUID, error: PishkhanError | None = None
) -> HttpResponse:
    view = letters.submission(request.actor, letter_id)
    told = error.to_dict(_) if error else None
    context: dict[str, Any] = {
        "row": view.row,
        "masked_name": mask_name(view.applicant.name),
        "missing": view.missing,
        "missing_until": view.missing_until,
        "ready": view.row.state is SubmissionState.READY,
        "handed_over_at": view.handed_over_at,
        "answer": letters.open_answer(request.actor, letter_id) if view.answer else None,
        "recipients": words.options(words.RECIPIENTS),
        "v": {name: request.POST.get(name, "") for name in ("to", "to_name", "to_number")},
        "errors": told["fields"] if told else {},
        "failed": told,
    }
    return render(request, "counter/answer.html", context, status=error.status if error else 200)


@desk(Right.COUNTER)
@require_POST
def hand_over(request: DeskRequest, letter_id: UUID) -> HttpResponse:
    """Hand the answer over to the applicant or a proxy, then go on to the next person."""
    pair = _pair(request, letter_id)
    if pair is None:
        return redirect("counter:hand-over")
    try:
        letters.hand_over(
            request.actor,
            letter_id,
            national_id=pair["national_id"],
            tracking_code=pair["code"],
            to=form.choice(request.POST.get("to", ""), RecipientKind),
            to_name=request.POST.get("to_name", ""),
            to_number=request.POST.get("to_number", ""),
        )
    except Invalid as error:
        return _draw(request, letter_id, error)
    del request.session[PAIR]
    messages.success(request, _("The answer was handed over. The agency is told."))
    return redirect("counter:hand-over")
