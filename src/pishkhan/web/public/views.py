"""A citizen tracks a letter by code and national ID; the text of an answer needs his phone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError, TooMany
from pishkhan.kernel.tracking import is_valid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CodeSent, TrackView
from pishkhan.web import errors, pair, problems, ratings
from pishkhan.web.http import Request
from pishkhan.web.paper.answer import squares_of
from pishkhan.web.paper.proof import verify_home
from pishkhan.web.public.again import again, is_again
from pishkhan.web.public.opening import SENT_THERE, sentences
from pishkhan.web.public.status import SAYINGS, timeline, why
from pishkhan.web.templatetags.pishkhan import digits

LONG = 300
"""Seconds; who is to wait longer is told of tomorrow."""


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: Request, code: str = "") -> HttpResponse:
    """Show the form, or where the letter stands; a wrong pair keeps what was typed."""
    if request.method != "POST":
        return private(
            render(request, "public/track.html", {"code": code[:32], "by_qr": is_valid(code)})
        )
    typed = request.POST.get("code", "")[:64]
    number = request.POST.get("national_id", "")[:32]
    if is_again(request):
        return _once_more(request, typed, number)
    try:
        view = letters.track(typed, number, proofs=True)
    except PishkhanError as error:
        if isinstance(error, Invalid | NotFound) and (wrong := pair.faults(typed, number)):
            error = Invalid(error.code, fields=wrong)  # the same refusal, field by field
        answer = render(
            request, "public/track.html", told(error, typed, number), status=error.status
        )
        if isinstance(error, TooMany):
            answer["Retry-After"] = str(error.retry_after)
        return private(answer)
    return private(render(request, "public/letter.html", shown(request, view)))


def _once_more(request: Request, typed: str, number: str) -> HttpResponse:
    """Draw the letter of the proof, or the form with what was typed: no try is made of it."""
    if proof := request.POST.get("proof", "")[:120]:
        try:
            view = letters.track_again(proof, proofs=True)
            return private(render(request, "public/letter.html", shown(request, view)))
        except PishkhanError as error:
            return _refused(request, error, proof)
    kept = {"code": typed, "national_id": number}
    return private(render(request, "public/track.html", kept | again("track", **kept)))


@require_http_methods(["GET", "HEAD", "POST"])
def answer_code(request: Request) -> HttpResponse:
    """Send the one-time code to the applicant's mobile and ask for it."""
    if request.method != "POST":
        return redirect("public:track")
    proof = request.POST.get("proof", "")[:120]
    if is_again(request):
        return _asking(request, proof)
    try:
        sent = letters.ask_answer_code(proof)
    except PishkhanError as error:
        return _refused(request, error, proof)
    return _asking(request, proof, sent=sent)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request) -> HttpResponse:
    """Show the text of the answers to whoever has the code that the applicant's phone got."""
    if request.method != "POST":
        return redirect("public:track")
    proof = request.POST.get("proof", "")[:120]
    try:
        read = letters.read_answer(proof, request.POST.get("one_time_code", "")[:32])
    except PishkhanError as error:
        return _refused(request, error, proof)
    return private(
        render(
            request,
            "public/answer.html",
            {
                "read": read,
                "papers": [(each, squares_of(each)) for each in read.answers],
                "verify": verify_home(),
                "problems": [problems.shown(each) for each in read.problems],
                "ratings": ratings.asked(request, proof),
                "proof": proof,
                **again("track", proof=proof),  # the code is used up: the letter it is about
            },
        )
    )


@require_http_methods(["GET", "HEAD", "POST"])
def paper_proof(request: Request) -> HttpResponse:
    """Send the whole proof of acceptance, or of an answer (`of`), as a file to be checked.

    The verify page and the program take it.
    """
    if request.method != "POST":
        return redirect("public:track")
    given, name = request.POST.get("proof", "")[:120], "letter"
    try:
        if request.POST.get("of") == "answer":
            name = "answer"
            file = letters.answer_proof_file(given, _named(request.POST.get("answer", "")))
        else:
            file = letters.proof_file(given)
    except PishkhanError as error:
        page = render(request, "public/track.html", told(error, "", ""), status=error.status)
        return private(page)
    answer = HttpResponse(file, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}.tlog-proof"'
    return private(answer)


def _named(given: str) -> UUID | None:
    """Return the answer that a form names, None for the newest; what is no id names none."""
    try:
        return UUID(given) if given else None
    except ValueError:
        return UUID(int=0)


def _refused(request: Request, error: PishkhanError, proof: str) -> HttpResponse:
    """Say why there is no code or no text, on the page where one can go on from there."""
    if error.code == "letters.proof-over":
        page = render(request, "public/track.html", told(error, "", ""), status=error.status)
        return private(page)
    said = errors.told(error)
    failure = "" if said["fields"] else said["title"]
    if isinstance(error, TooMany):
        failure = slower(error.retry_after)
    answer = _asking(
        request,
        proof,
        status=error.status,
        failure=failure,
        code_error=said["fields"].get("one_time_code", ""),
        may_enter=isinstance(error, Invalid | TooMany),
        may_ask=error.code in {"letters.answer-code-over", "letters.wrong-answer-code"},
    )
    if isinstance(error, TooMany):
        answer["Retry-After"] = str(error.retry_after)
    return answer


def _asking(
    request: Request,
    proof: str,
    *,
    status: int = 200,
    sent: CodeSent | None = None,
    failure: str = "",
    code_error: str = "",
    may_enter: bool = True,
    may_ask: bool = True,
) -> HttpResponse:
    context = {
        "proof": proof,
        "sent": sent,
        "failure": failure,
        "code_error": code_error,
        "may_enter": may_enter,
        "may_ask": may_ask,
        **again("answer-code", proof=proof),
    }
    return private(render(request, "public/answer_code.html", context, status=status))


def slower(seconds: int) -> str:
    """Return when another code may be asked for."""
    if seconds > LONG:
        return _("Five codes went out today. Try again tomorrow, or go to the counter.")
    return ngettext(
        "A code is on its way. Ask for another in %(n)s second.",
        "A code is on its way. Ask for another in %(n)s seconds.",
        seconds,
    ) % {"n": digits(seconds)}


def told(error: PishkhanError, code: str, number: str) -> dict[str, Any]:
    """Return the form's context after a failed try."""
    said = errors.told(error)
    if isinstance(error, TooMany):
        said["title"] = ngettext(
            "Too many tries. Wait %(n)s second and try again.",
            "Too many tries. Wait %(n)s seconds and try again.",
            error.retry_after,
        ) % {"n": digits(error.retry_after)}
    return {
        "code": code,
        "national_id": number,
        "by_qr": False,
        "code_error": said["fields"].get("code", ""),
        "number_error": said["fields"].get("national_id", ""),
        "failure": "" if said["fields"] else said["title"],
        "failure_code": error.code,
        **again("track", code=code, national_id=number),
    }


def shown(request: Request, view: TrackView) -> dict[str, Any]:
    """Return the context of the page that says where a letter stands."""
    return {
        "letter": view,
        "saying": SAYINGS[view.state],
        "why": why(view),
        "opening": sentences(view.counter_id)
        if view.counter_id and view.state in SENT_THERE
        else (),
        "steps": timeline(view),
        "problems": [problems.shown(each) for each in letters.problems_tracked(view.proof)]
        if view.here
        else [],
        "may_complain": view.here and letters.may_complain(view.state),
        "ratings": ratings.asked(request, view.proof)
        if view.here and letters.may_rate(view.state)
        else [],
        "proof": view.proof,
        **again("track", proof=view.proof),
    }


def private(answer: HttpResponse) -> HttpResponse:
    """Keep the page out of caches and of search engines."""
    add_never_cache_headers(answer)
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
