"""The citizen says how it went; everybody sees how content people are."""

from __future__ import annotations

import csv
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pishkhan.kernel.errors import Invalid, PishkhanError, Refused, TooMany
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.figures import SMALL
from pishkhan.letters.contracts.ratings import RatedSide, is_told
from pishkhan.web import errors, ratings
from pishkhan.web.http import Request
from pishkhan.web.public import views
from pishkhan.web.public.problem import plain

COLUMNS = ("all", "good", "fair", "bad")


@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: Request) -> HttpResponse:
    """Keep what the applicant chose, and draw his letter with it."""
    if request.method != "POST":
        return redirect("public:track")
    proof = request.POST.get("proof", "")[:120]
    failure, status, kept = "", 200, False
    try:
        if request.actor is not None:
            raise Refused("web.own-rating", N_("Only the applicant rates, and from his own phone."))
        agency, counter = (ratings.given(request, side) for side in RatedSide)
        letters.rate(proof, agency=agency, counter=counter)
        kept = True
    except TooMany as error:
        failure, status = _("Changed often today. Try again tomorrow."), error.status
    except Invalid as error:
        failure, status = errors.told(error)["fields"]["rating"], error.status
    except PishkhanError as error:
        if error.code not in {"letters.rating-over", "web.own-rating"}:
            page = render(
                request, "public/track.html", views.told(error, "", ""), status=error.status
            )
            return views.private(page)
        failure, status = errors.told(error)["title"], error.status
    context = views.shown(request, letters.track_again(proof, proofs=True))
    context |= {"rating_kept": kept, "rating_failure": failure}
    return views.private(render(request, "public/letter.html", context, status=status))


@require_safe
def counted(request: Request) -> HttpResponse:
    """Draw how content people are, by agency and by counter."""
    tables = [(side.value, *_rows(side)) for side in RatedSide]
    return render(request, "public/ratings.html", {"tables": tables, "small": SMALL})


@require_safe
def counted_csv(_request: Request) -> HttpResponse:
    """Send the same as a sheet."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="ratings.csv"'
    answer.write("\ufeff")
    sheet = csv.writer(answer)
    kinds = {RatedSide.AGENCY: _("Agency"), RatedSide.COUNTER: _("Counter")}
    faces = [str(word) for word, _icon in ratings.FACES.values()]
    sheet.writerow([_("Kind"), _("Name"), _("Ratings"), *faces])
    for side in RatedSide:
        for row in _rows(side)[0]:
            sheet.writerow([kinds[side], plain(row["name"]), *(row[name] for name in COLUMNS)])
    return answer


def _rows(side: RatedSide) -> tuple[list[dict[str, Any]], int]:
    """Return who has enough ratings to be told of, and how many have not."""
    found = letters.rating_figures(side)
    told = [ratings.published(each) for each in found if is_told(each)]
    return told, len(found) - len(told)
