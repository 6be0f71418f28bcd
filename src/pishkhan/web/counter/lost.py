"""A lost code: the letters of a person whose card the clerk has before him, and their receipts."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, PishkhanError
from pishkhan.kernel.text import mask_name
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IdKind, MaskedPerson, SubmissionState
from pishkhan.web.counter.entered import id_kinds
from pishkhan.web.counter.faults import Faults
from pishkhan.web.http import DeskRequest, desk


@desk(Right.COUNTER)
@require_http_methods(["GET", "HEAD", "POST"])
def lost(request: DeskRequest) -> HttpResponse:
    """Ask for the number on the card; show whom it belongs to here, masked. Each is an entry."""
    number, kind = request.POST.get("number", ""), request.POST.get("id_kind", "")
    id_kind = IdKind(kind) if kind in set(IdKind) else IdKind.NATIONAL
    person: MaskedPerson | None = None
    faults = None
    if request.method == "POST":
        try:
            person = letters.look_up_person(request.actor, id_kind=id_kind, number=number)
        except Invalid as error:
            faults = Faults(code=error.code, status=error.status, fields=_at_number(error))
    return render(
        request,
        "counter/lost.html",
        {
            "number": number,
            "id_kind": id_kind.value,
            "id_kinds": id_kinds(),
            "person": person,
            "fresh": person is None,
            "nobody": request.method == "POST" and not faults and person is None,
            "faults": faults,
            "errors": faults.fields if faults else {},
        },
        status=faults.status if faults else 200,
    )


def _at_number(error: PishkhanError) -> dict[str, str]:
    """Return the refusal beside the only field that is typed here."""
    return {"number": Faults.of(error).title}


@desk(Right.COUNTER)
@require_POST
def seen(request: DeskRequest) -> HttpResponse:
    """Note that the card was seen, which opens the person's letters here for the day."""
    try:
        person_id = UUID(request.POST.get("person", ""))
    except ValueError:
        raise NotFound("letters.no-person") from None
    letters.confirm_card(request.actor, person_id=person_id)
    return HttpResponseRedirect(reverse("counter:lost-letters", args=(person_id,)))


@desk(Right.COUNTER)
@require_safe
def person_letters(request: DeskRequest, person: UUID) -> HttpResponse:
    """List the person's letters that were accepted here, newest first, with their receipts."""
    after = request.GET.get("after") or None
    try:
        page = letters.person_letters(request.actor, person_id=person, after=after)
    except Forbidden as error:
        if error.code != "letters.card-not-seen":
            raise
        messages.warning(request, _("See the person’s card first."))
        return HttpResponseRedirect(reverse("counter:lost"))
    here = reverse("counter:lost-letters", args=(person,))
    return render(
        request,
        "counter/lost_letters.html",
        {
            "rows": [replace(r, applicant_name=mask_name(r.applicant_name)) for r in page.rows],
            "ready": SubmissionState.READY,
            "next": f"{here}?after={page.next}" if page.next else "",
            "newest": here if after else "",
        },
    )
