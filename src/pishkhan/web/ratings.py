"""What every desk says of how content applicants are."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pishkhan.letters import api as letters
from pishkhan.letters.contracts.figures import FEW, SMALL, SOME
from pishkhan.letters.contracts.ratings import (
    Face,
    OfficeRatings,
    OwnRating,
    RatedSide,
    RatingFigures,
    RatingGiven,
    RatingReason,
    rating_published,
)
from pishkhan.web.http import Request
from pishkhan.web.templatetags.pishkhan import digits

FACES: dict[Face, tuple[Any, str]] = {
    Face.GOOD: (pgettext_lazy("a face", "Satisfied"), "face-good"),
    Face.FAIR: (pgettext_lazy("a face", "So-so"), "face-fair"),
    Face.BAD: (pgettext_lazy("a face", "Not satisfied"), "face-bad"),
}
REASONS: dict[RatedSide, dict[RatingReason, Any]] = {
    RatedSide.AGENCY: {
        RatingReason.LATE: gettext_lazy("It took too long"),
        RatingReason.UNCLEAR: gettext_lazy("The answer was not clear"),
        RatingReason.UNFRIENDLY: gettext_lazy("They were unfriendly"),
        RatingReason.TO_COME: gettext_lazy("I was asked to come again"),
    },
    RatedSide.COUNTER: {
        RatingReason.LATE: gettext_lazy("I waited too long"),
        RatingReason.UNCLEAR: gettext_lazy("It was not explained clearly"),
        RatingReason.UNFRIENDLY: gettext_lazy("They were unfriendly"),
        RatingReason.TO_COME: gettext_lazy("I was asked to come again"),
    },
}


def given(request: Request, side: RatedSide) -> RatingGiven | None:
    """Return what was chosen for one side; None for no face."""
    face, reason = request.POST.get(side, ""), request.POST.get(f"{side}_reason", "")
    if face not in set(Face):
        return None
    return RatingGiven(Face(face), RatingReason(reason) if reason in set(RatingReason) else None)


def asked(request: Request, proof: str) -> list[dict[str, Any]]:
    """Return what stands below a letter that came to its end: what to say, or what was said."""
    return [_asked(request, each) for each in letters.ratings_tracked(proof)]


def _asked(request: Request, own: OwnRating) -> dict[str, Any]:
    typed = given(request, own.side)
    face = typed.face if typed else own.face
    reason = request.POST.get(f"{own.side.value}_reason", own.reason or "")
    label, icon = FACES[own.face] if own.face else ("", "")
    reasons = REASONS[own.side]
    return {
        "own": own,
        "side": own.side.value,
        "faces": [(each.value, *shown, each == face) for each, shown in FACES.items()],
        "reasons": [("", _("No reason")), *((each.value, word) for each, word in reasons.items())],
        "reason": reason,
        "said": label,
        "said_icon": icon,
        "said_reason": reasons.get(own.reason, "") if own.reason else "",
    }


def small_words() -> dict[str, str]:
    """Return what is shown in place of a number that is hidden."""
    return {
        FEW: _("under %(n)s") % {"n": digits(SMALL)},
        SOME: _("%(n)s or more") % {"n": digits(SMALL)},
    }


def published(found: RatingFigures) -> dict[str, Any]:
    """Return one row of the public table."""
    words = small_words()
    shown = rating_published(found)
    return {"name": found.name} | {
        name: words.get(str(value), value) for name, value in shown.items()
    }


def of_office(found: OfficeRatings, side: RatedSide, *, hide: bool) -> dict[str, Any]:
    """Return the figures of one office; with `hide` none that could tell who said what."""
    words, figures = small_words(), found.figures
    faces = {"good": figures.good, "fair": figures.fair, "bad": figures.bad}
    shown: dict[str, Any] = {"all": figures.all, **faces}
    if hide:
        shown = {n: words.get(str(v), v) for n, v in rating_published(figures).items()}
    return {
        "all": shown["all"],
        "any": figures.all,
        "faces": [(*FACES[face], face.value, shown[face.value]) for face in Face],
        "reasons": [
            (label, words[FEW] if hide and found.reasons[reason] < SMALL else found.reasons[reason])
            for reason, label in REASONS[side].items()
        ],
    }
