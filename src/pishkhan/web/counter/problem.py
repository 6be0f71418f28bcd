"""A clerk tells of a problem with the agency of a letter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import PishkhanError
from pishkhan.letters import api as letters
from pishkhan.web import problems
from pishkhan.web.counter.faults import Faults
from pishkhan.web.counter.helper import with_helper
from pishkhan.web.counter.letter import show
from pishkhan.web.http import DeskRequest, desk


@desk(Right.COUNTER)
@with_helper
@require_POST
def problem(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send the problem to the agency and the body above it."""
    words, kind = request.POST.get("words", ""), request.POST.get("kind", "")
    try:
        letters.open_problem(request.actor, letter, kind=problems.chosen(kind), words=words)
    except PishkhanError as error:
        faults = Faults.of(error)
        return show(request, letter, faults, problem_words=words, problem_kind=kind)
    messages.success(request, _("The agency and the office above it are told."))
    return HttpResponseRedirect(reverse("counter:letter", args=(letter,)))
