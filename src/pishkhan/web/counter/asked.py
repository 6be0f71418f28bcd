"""What the acceptance form asks while it is filled: persons, agencies, letters like this one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IdKind
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.uploads.chosen import digests

MOST_LETTERS = 120


@desk(Right.COUNTER)
@require_safe
def agencies(request: DeskRequest) -> HttpResponse:
    """Answer the combobox: agencies by any of their names."""
    hits = directory.find_agencies(request.GET.get("q", "")[:MOST_LETTERS])
    return JsonResponse(
        [{"id": str(hit.id), "label": hit.name, "hint": hit.hint} for hit in hits],
        safe=False,
        json_dumps_params={"ensure_ascii": False},
    )


@desk(Right.COUNTER)
@require_POST
def look_up(request: DeskRequest) -> HttpResponse:
    """Show whom a number belongs to at this counter, masked; each look-up is an entry."""
    kind = request.POST.get("id_kind", "")
    person = letters.look_up_person(
        request.actor,
        id_kind=IdKind(kind) if kind in set(IdKind) else IdKind.NATIONAL,
        number=request.POST.get("number", ""),
    )
    return render(request, "counter/_person.html", {"person": person})


@desk(Right.COUNTER)
@require_POST
def card(request: DeskRequest) -> HttpResponse:
    """Give the person's name and mobile once the clerk has seen the card."""
    try:
        person_id = UUID(request.POST.get("person", ""))
    except ValueError:
        raise NotFound("letters.no-person") from None
    person = letters.confirm_card(request.actor, person_id=person_id)
    return JsonResponse(
        {
            "name": person.name,
            "mobile": person.mobile,
            "whose": person.mobile_of,
            "said": _("Card seen"),
        },
        json_dumps_params={"ensure_ascii": False},
    )


@desk(Right.COUNTER)
@require_POST
def similar(request: DeskRequest) -> HttpResponse:
    """Show letters of the same person to the same agency about the same words, or of one file."""
    try:
        agency_id = UUID(request.POST.get("agency_id", ""))
    except ValueError:
        return HttpResponse()
    rows = letters.similar_submissions(
        request.actor,
        number=request.POST.get("number", ""),
        agency_id=agency_id,
        subject=request.POST.get("subject", ""),
        body=request.POST.get("body", ""),
        files=digests(request.POST),
    )
    return render(request, "counter/_similar.html", {"rows": rows})
