"""How content applicants are with the counter, for its manager: numbers, and no letter."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.figures import SMALL
from pishkhan.letters.contracts.ratings import RatedSide, is_told
from pishkhan.web import ratings
from pishkhan.web.http import DeskRequest, desk


@desk(Right.COUNTER)
@require_safe
def counted(request: DeskRequest) -> HttpResponse:
    """Draw what applicants said of this counter, once there are enough of them."""
    found = letters.counter_ratings(request.actor)
    context = {
        "told": is_told(found.figures),
        "shown": ratings.of_office(found, RatedSide.COUNTER, hide=True),
        "small": SMALL,
    }
    return render(request, "counter/ratings.html", context)
