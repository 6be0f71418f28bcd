"""The stamp of a registered letter on paper: number, date, enclosures; a label or on its sheet."""

from __future__ import annotations

import io
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalView, PageRole
from pishkhan.web.http import DeskRequest, desk

LABEL, SHEET = "label", "a4"
PAPERS = (LABEL, SHEET)


@desk(Right.SECRETARIAT)
@require_safe
def stamp(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the stamp as it will be printed, on the paper of `?paper=`; it tells no person's data.

    Raises NotFound (`letters.not-found`), Refused (`web.no-number-yet`).
    """
    view = _registered(request, letter)
    asked = request.GET.get("paper") or request.session.get("stamp_paper", LABEL)
    paper = asked if asked in PAPERS else LABEL
    if request.session.get("stamp_paper", LABEL) != paper:
        request.session["stamp_paper"] = paper
    enclosures = sum(page.leaves for page in view.pages if page.role is PageRole.ENCLOSURE)
    return render(
        request,
        "secretariat/stamp.html",
        {
            "view": view,
            "row": view.row,
            "office": directory.office(view.secretariat_id),
            "enclosures": enclosures,
            "paper": paper,
            "papers": [
                (LABEL, _("Label, 60 × 40 mm")),
                (SHEET, _("Corner of the letter’s own sheet")),
            ],
        },
    )


@desk(Right.SECRETARIAT)
@require_safe
def stamp_qr(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Draw the QR of the tracking code as SVG: the search finds what a scanner reads."""
    drawn = io.BytesIO()
    segno.make(_registered(request, letter).row.tracking_code, error="m", micro=False).save(
        drawn, kind="svg", border=2, omitsize=True, xmldecl=False, svgclass=None, lineclass=None
    )
    answer = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


def _registered(request: DeskRequest, letter: UUID) -> ArrivalView:
    view = letters.arrival(request.actor, letter)
    if not view.row.number_text:
        raise Refused("web.no-number-yet", _("A letter has a stamp once it has a number."))
    return view
