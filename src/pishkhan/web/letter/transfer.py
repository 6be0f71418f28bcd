"""Transfer to the competent agency: the choice of the agency, and the deed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import neighbours
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.door import on_desk

MOST_LETTERS = 120


@on_desk
@require_safe
def agencies(request: DeskRequest) -> HttpResponse:
    """Answer the combobox: agencies by any of their names."""
    hits = directory.find_agencies(request.GET.get("q", "")[:MOST_LETTERS])
    return JsonResponse(
        [{"id": str(hit.id), "label": hit.name, "hint": hit.hint} for hit in hits],
        safe=False,
        json_dumps_params={"ensure_ascii": False},
    )


@deed("transfer")
def transfer(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Send the letter on to the chosen agency."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.transfer(
        request.actor,
        letter,
        agency_id=chosen_agency(request),
        reason=request.POST.get("reason", ""),
        again=bool(request.POST.get("again")),
    )
    messages.success(
        request, _("Transferred under the same code; the counter and the applicant are told.")
    )
    return go(request, letter, onward)


def chosen_agency(request: DeskRequest, name: str = "agency_id") -> UUID:
    """Return the agency that the combobox holds; Invalid with its field."""
    try:
        return UUID(request.POST.get(name, ""))
    except ValueError:
        raise Invalid("web.agency", fields={name: _("Choose an agency from the list.")}) from None
