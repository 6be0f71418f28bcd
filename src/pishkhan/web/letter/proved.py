"""How far the proof of a step is, in words that nobody has to look up."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pishkhan.journal.api import Level, ProofState
from pishkhan.letters.contracts import Step
from pishkhan.web.templatetags.pishkhan import jalali_date


def proof(step: Step) -> dict[str, Any] | None:
    """Return mark and words for `components/timeline.html`; None for a step without an entry."""
    return None if step.proof is None else {"level": step.proof.level, "words": told(step.proof)}


def told(state: ProofState) -> str:
    """Return what is shown of an entry's proof: its verdict, and between which moments it was."""
    if state.level is Level.PROMISED:
        return _("On its way into the log")
    if state.level is Level.LOGGED:
        return _("In the log")
    after = jalali_date(state.not_after, "time")
    if state.not_before is None:
        return _("In the log and witnessed, not after %(after)s") % {"after": after}
    before = jalali_date(state.not_before, "time")
    return _("In the log and witnessed, between %(before)s and %(after)s") % {
        "before": before,
        "after": after,
    }
