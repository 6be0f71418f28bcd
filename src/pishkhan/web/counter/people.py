"""Who stands at the counter: a typed number shows a masked name until the card is seen."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IdKind
from pishkhan.web.counter import form
from pishkhan.web.http import DeskRequest, desk


@desk(Right.COUNTER)
@require_POST
def look_up(request: DeskRequest) -> HttpResponse:
    """Answer with a fragment: the person masked, or that this one is new here. An entry each."""
    found = letters.look_up_person(
        request.actor,
        id_kind=form.choice(request.POST.get("id_kind", ""), IdKind),
        number=request.POST.get("number", ""),
    )
    return render(request, "counter/_person.html", {"found": found})


@desk(Right.COUNTER)
@require_POST
def card(request: DeskRequest, person_id: UUID) -> HttpResponse:
    """Answer with name and mobile, the card having been seen. An entry each time."""
    known = letters.confirm_card(request.actor, person_id=person_id)
    return JsonResponse({"name": known.name, "mobile": known.mobile})
