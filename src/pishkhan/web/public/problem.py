"""The citizen tells of a problem with an agency; everybody sees how many there are."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pishkhan.kernel.errors import Invalid, PishkhanError, TooMany
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CodeSent
from pishkhan.letters.contracts.figures import SMALL
from pishkhan.letters.contracts.problems import published
from pishkhan.web import errors, problems, ratings
from pishkhan.web.http import Request
from pishkhan.web.public.again import again, is_again
from pishkhan.web.public.views import private, slower, told

LONGEST = 2_000
"""More of what was typed does not come back with a refused page."""

COLUMNS = ("opened", "in_time", "late", "open")


@require_http_methods(["GET", "HEAD", "POST"])
def problem(request: Request) -> HttpResponse:
    """Draw the form, and send the code that it needs; take in what it sends."""
    if request.method != "POST":
        return redirect("public:track")
    proof = request.POST.get("proof", "")[:120]
    if ("kind" in request.POST or "send" in request.POST) and not is_again(request):
        return _take(request, proof)
    sent, failure = None, ""
    try:
        needed = letters.needs_code(proof)
        if needed and not is_again(request):
            sent = letters.ask_answer_code(proof, for_problem=True)
    except TooMany as error:
        needed, failure = True, slower(error.retry_after)  # a code is out already
    except PishkhanError as error:
        return _over(request, error)
    return _form(request, proof, needed=needed, sent=sent, failure=failure)


def _take(request: Request, proof: str) -> HttpResponse:
    try:
        letters.complain(
            proof,
            request.POST.get("one_time_code", "")[:32],
            kind=problems.chosen(request.POST.get("kind", "")),
            words=request.POST.get("words", ""),
        )
    except Invalid as error:
        said = errors.told(error)
        needed = letters.needs_code(proof)
        return _form(request, proof, needed=needed, status=error.status, wrong=said["fields"])
    except PishkhanError as error:
        if error.code == "letters.answer-code-over":
            said = errors.told(error)
            return _form(request, proof, needed=True, status=error.status, failure=said["title"])
        return _over(request, error)
    return private(render(request, "public/problem_told.html", again("track", proof=proof)))


def _over(request: Request, error: PishkhanError) -> HttpResponse:
    page = render(request, "public/track.html", told(error, "", ""), status=error.status)
    return private(page)


def _form(
    request: Request,
    proof: str,
    *,
    needed: bool,
    sent: CodeSent | None = None,
    status: int = 200,
    failure: str = "",
    wrong: dict[str, str] | None = None,
) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:LONGEST] for name in ("kind", "words")}
    context = {
        "proof": proof,
        "needed": needed,
        "sent": sent,
        "failure": failure,
        "wrong": wrong or {},
        "kinds": [(kind.value, words) for kind, words in problems.KINDS.items()],
        **typed,
        **again("problem", proof=proof, **{name: text for name, text in typed.items() if text}),
    }
    return private(render(request, "public/problem.html", context, status=status))


@require_safe
def counted(request: Request) -> HttpResponse:
    """Draw how many problems were told of, by agency, and how they were answered."""
    return render(request, "public/problems.html", {"rows": _rows(), "small": SMALL})


@require_safe
def counted_csv(_request: Request) -> HttpResponse:
    """Send the same as a sheet."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="problems.csv"'
    answer.write("\ufeff")
    sheet = csv.writer(answer)
    heads = (_("Agency"), _("Told of"), _("Answered in time"), _("Answered late"), _("Open now"))
    sheet.writerow(heads)
    for row in _rows():
        sheet.writerow([plain(row["name"]), *(row[name] for name in COLUMNS)])
    return answer


def plain(name: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{name}" if name[:1] in "=+-@\t" else name


def _rows() -> list[dict[str, Any]]:
    words = ratings.small_words()
    return [
        {"name": each.agency_name}
        | {name: words.get(str(value), value) for name, value in published(each).items()}
        for each in letters.problem_figures()
    ]
