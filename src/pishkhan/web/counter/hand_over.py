"""Hand an answer over (F3): the pair of code and national ID, the answer, to whom it went."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError, Refused
from pishkhan.kernel.text import latin_digits
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    AnswerTo,
    IdKind,
    ProxyPaper,
    RecipientKind,
    SubmissionState,
    SubmissionView,
)
from pishkhan.web import pair
from pishkhan.web.counter.faults import Faults
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import beside, words
from pishkhan.web.paper.answer import squares_of
from pishkhan.web.paper.proof import verify_home

PROVEN = "proven"
HOLDS = timedelta(minutes=30)
MOST_PROVEN = 20
LOOKED_AT, SHOWN = 100, 8
"""Letters with an answer that are looked at, and shown with the newest answer first."""
TYPED = ("to_name", "to_number", "to_id_kind", "to_paper", "to_reason", "to_known")
KNOWN = frozenset({RecipientKind.BEARER, RecipientKind.SIGNER})
"""Takers who are on record: of them only the number on the card is typed."""
_IN_ADDRESS = re.compile(r"/t/([0-9]{13})/?(?:[?#].*)?$")


@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: DeskRequest) -> HttpResponse:
    """Ask for code and national ID; a right pair leads to the letter's answer."""
    code, number = request.POST.get("code", ""), request.POST.get("national_id", "")
    faults = None
    if request.method == "POST":
        try:
            letter_id = _matching(request, code_of(code), number)
        except PishkhanError as error:
            faults = Faults.of(error)
        else:
            _remember(request, letter_id)
            return HttpResponseRedirect(reverse("counter:hand-over-answer", args=(letter_id,)))
    waiting = letters.submissions(request.actor, state=SubmissionState.READY, limit=LOOKED_AT).rows
    ready = sorted(waiting, key=lambda row: row.last_step_at, reverse=True)[:SHOWN]
    has_code = bool(code or request.GET.get("code"))
    return render(
        request,
        "counter/hand_over.html",
        {
            "code": code or request.GET.get("code", "")[:40],
            "national_id": number,
            "has_code": has_code,
            "no_code": not has_code,
            "faults": faults,
            "errors": faults.fields if faults else {},
            "ready": ready,
        },
        status=faults.status if faults else 200,
    )


def code_of(typed: str) -> str:
    """Return the code in what was typed or scanned: the code itself, or the QR's address."""
    found = _IN_ADDRESS.search(latin_digits(typed.strip()))
    return found.group(1) if found else typed


def _matching(request: DeskRequest, code: str, number: str) -> UUID:
    """Return the letter of a right pair; the deed says, counts and slows down a wrong one."""
    if empty := pair.empty_fields(code, number):
        raise Invalid("letters.empty-field", fields=empty | pair.faults(code, number))
    try:
        return letters.match_pair(request.actor, national_id=number, tracking_code=code)
    except Refused as error:
        if error.code == "letters.wrong-pair" and (wrong := pair.faults(code, number)):
            raise Refused(error.code, error.message, fields=wrong) from None
        raise


def _remember(request: DeskRequest, letter_id: UUID) -> None:
    proven = dict(request.session.get(PROVEN, {}))
    proven[str(letter_id)] = clock.current().now().isoformat()
    request.session[PROVEN] = dict(sorted(proven.items(), key=lambda each: each[1])[-MOST_PROVEN:])


def is_proven(request: DeskRequest, letter_id: UUID) -> bool:
    """Return whether code and national ID were shown for this letter here, not long ago."""
    at = request.session.get(PROVEN, {}).get(str(letter_id))
    return at is not None and clock.current().now() - datetime.fromisoformat(at) < HOLDS


@desk(Right.COUNTER)
@require_safe
def answer(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Show the answer to whoever proved the pair; its reading is an entry once a day."""
    if not is_proven(request, letter):
        return HttpResponseRedirect(reverse("counter:hand-over"))
    return _show(request, letter)


def _show(
    request: DeskRequest, letter: UUID, faults: Faults | None = None, **typed: Any
) -> HttpResponse:
    view = letters.submission(request.actor, letter)
    shown = [each for each in view.answers if each.handed_over_at is None] or view.answers[-1:]
    answers = [letters.open_answer(request.actor, letter, each.id) for each in shown]
    return render(
        request,
        "counter/answer.html",
        {
            "view": view,
            "row": view.row,
            "answers": answers,
            "answer": answers[-1] if answers else None,
            "papers_of": [(each, squares_of(each)) for each in answers],
            "verify": verify_home(),
            "may_hand_over": view.row.state is SubmissionState.READY,
            "returned": view.row.state is SubmissionState.RETURNED,
            "faults": faults,
            "errors": faults.fields if faults else {},
            **_takers(view),
            "papers": [
                ("", pgettext("a paper", "Choose")),
                *((each.value, label) for each, label in words.PAPERS.items()),
            ],
            "paper": "a5" if request.GET.get("paper") == "a5" else "a4",
            **typed,
        },
        status=faults.status if faults else 200,
    )


@desk(Right.COUNTER)
@require_POST
def deliver(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Hand the answer over to the applicant or a proxy; the pair was proven before."""
    if not is_proven(request, letter):
        messages.warning(request, _("Type the code and the national ID once more."))
        return HttpResponseRedirect(reverse("counter:hand-over"))
    view: SubmissionView = letters.submission(request.actor, letter)
    given = request.POST.get("to", "")
    to = RecipientKind(given) if given in set(RecipientKind) else RecipientKind.APPLICANT
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        letters.hand_over(
            request.actor,
            letter,
            national_id=view.applicant.number,
            tracking_code=view.row.tracking_code,
            to=to,
            to_name=typed["to_name"],
            to_number=typed["to_known" if to in KNOWN else "to_number"],
            to_id_kind=_kind(typed["to_id_kind"]),
            to_paper=_paper(typed["to_paper"]),
            to_reason=typed["to_reason"],
            answers=_chosen(request),
        )
    except PishkhanError as error:
        if letters.submission(request.actor, letter).row.state is SubmissionState.HANDED_OVER:
            messages.info(request, _("This answer was handed over already."))
            return HttpResponseRedirect(reverse("counter:hand-over"))  # the second press of one
        faults = Faults.of(error)
        if to in KNOWN and "to_number" in faults.fields:
            faults.fields["to_known"] = faults.fields.pop("to_number")
        return _show(request, letter, faults, to=to.value, **typed)
    done = _("The answer was handed over. How it went, the applicant says where he tracks it.")
    messages.success(request, done)
    if letters.submission(request.actor, letter).row.state is SubmissionState.READY:
        messages.warning(request, _("Another answer to this letter lies here; hand it over too."))
        return HttpResponseRedirect(reverse("counter:hand-over-answer", args=(letter,)))
    return HttpResponseRedirect(reverse("counter:hand-over"))


def _kind(value: str) -> IdKind:
    return IdKind(value) if value in set(IdKind) else IdKind.NATIONAL


def _takers(view: SubmissionView) -> dict[str, Any]:
    """Return who else than the applicant may take the answer, as is on record, masked."""
    given = view.circumstances
    firm = view.applicant.id_kind is IdKind.LEGAL
    bearer = letters.masked(given).bearer
    return {
        "is_firm": firm,
        "bearer": beside.brought(bearer) if bearer else "",
        "may_signer": given.answer_to is AnswerTo.ANY,
        "to": (RecipientKind.BEARER if given.bearer else RecipientKind.PROXY).value
        if firm
        else RecipientKind.APPLICANT.value,
        "to_id_kinds": [
            (kind.value, word) for kind, word in beside.ID_KINDS.items() if kind is not IdKind.LEGAL
        ],
    }


def _paper(value: str) -> ProxyPaper | None:
    return ProxyPaper(value) if value in set(ProxyPaper) else None


def _chosen(request: DeskRequest) -> list[UUID] | None:
    """Return the answers that were on the page when it was confirmed, not what came since."""
    try:
        return [UUID(each) for each in request.POST.getlist("answer")] or None
    except ValueError:
        raise NotFound("letters.no-answer") from None
