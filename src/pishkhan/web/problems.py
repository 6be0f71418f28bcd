"""What every desk says of problems with an agency."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.letters.contracts.problems import ProblemKind, ProblemView

KINDS: dict[ProblemKind, Any] = {
    ProblemKind.NO_ANSWER: _("No answer, and its time is over"),
    ProblemKind.WRONG_RETURN: _("It was returned without cause"),
    ProblemKind.TO_COME: _("I was asked to come in person"),
    ProblemKind.OTHER: _("Something else"),
}
NAMES: dict[ProblemKind, Any] = {
    **KINDS,
    ProblemKind.TO_COME: _("The applicant was asked to come in person"),
}
TONES = {True: "bad", False: "wait"}


def chosen(given: str) -> ProblemKind:
    """Return the kind that was chosen; Invalid with the field `kind` for none."""
    try:
        return ProblemKind(given)
    except ValueError:
        raise Invalid(
            "web.choose", fields={"kind": Message(N_("Choose one of the list."))}
        ) from None


def shown(view: ProblemView) -> dict[str, Any]:
    """Return a problem as `components/problem.html` draws it."""
    tone = "good" if view.answered_at else TONES[view.overdue]
    return {"view": view, "kind": NAMES[view.kind], "tone": tone}
