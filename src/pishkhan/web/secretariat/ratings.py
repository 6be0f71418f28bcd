"""How content applicants are with the agency: figures, and the newest, each with its letter."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.ratings import RatedSide
from pishkhan.web import ratings
from pishkhan.web.http import DeskRequest, desk


@desk(Right.SECRETARIAT)
@require_safe
def listed(request: DeskRequest) -> HttpResponse:
    """Draw what applicants said of this agency."""
    found = letters.agency_ratings(request.actor)
    reasons = ratings.REASONS[RatedSide.AGENCY]
    rows = [
        {
            "row": row,
            "word": ratings.FACES[row.face][0],
            "icon": ratings.FACES[row.face][1],
            "reason": reasons[row.reason] if row.reason else "",
        }
        for row in found.rows
    ]
    context = {"shown": ratings.of_office(found, RatedSide.AGENCY, hide=False), "rows": rows}
    return render(request, "secretariat/ratings.html", context)
