"""Problems that people and counters told of: the agency answers, the body above it sees to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.problems import ProblemRole
from pishkhan.web import errors, problems
from pishkhan.web.http import DeskRequest, desk


@desk(Right.SECRETARIAT)
@require_safe
def listed(request: DeskRequest) -> HttpResponse:
    """Draw what waits for an answer, the most pressing first, and what was answered."""
    return _draw(request)


@desk(Right.SECRETARIAT)
@require_POST
def answer(request: DeskRequest, problem: UUID) -> HttpResponse:
    """Answer one."""
    text = request.POST.get("text", "")
    try:
        letters.answer_problem(request.actor, problem, text=text)
    except Invalid as error:
        said = errors.told(error)["fields"].get("text", "")
        return _draw(request, problem, text, said, error.status)
    except Refused as error:
        messages.error(request, error.message.render(_))
    else:
        messages.success(request, _("The answer is sent to the counter."))
    return redirect("secretariat:problems")


def _draw(
    request: DeskRequest,
    failed: UUID | None = None,
    text: str = "",
    wrong: str = "",
    status: int = 200,
) -> HttpResponse:
    rows = [
        problems.shown(each)
        | {
            "above": each.role is ProblemRole.SUPERIOR,
            "text": text if each.id == failed else "",
            "wrong": wrong if each.id == failed else "",
        }
        for each in letters.problems(request.actor)
    ]
    context = {
        "waiting": [row for row in rows if not row["view"].answered_at],
        "answered": [row for row in rows if row["view"].answered_at],
    }
    return render(request, "secretariat/problems.html", context, status=status)
