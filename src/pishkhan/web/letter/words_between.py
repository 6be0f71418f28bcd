"""What the timeline says of steps between agencies."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from pishkhan.letters.contracts import Classification, StepKind
from pishkhan.web.letter import terms
from pishkhan.web.templatetags.pishkhan import isolate

HIGHEST = Classification.TOP_SECRET.value


def drafted(given: dict[str, str]) -> str:
    """Return what is said of a version of a letter that is written here."""
    made = {"version": given.get("version", "")}
    match given.get("changed"):
        case "addressees":
            return _("Addressees changed, version %(version)s") % made
        case "class":
            return _("Class changed, version %(version)s") % made
        case "enclosures":
            return _("Enclosures changed, version %(version)s") % made
    return _("Letter drafted, version %(version)s") % made


def _letter_sent(given: dict[str, str]) -> str:
    return _("Letter dispatched with number %(number)s") % {"number": given.get("number", "")}


def _copy_refused(given: dict[str, str]) -> str:
    return _("The node of %(to)s would not take it in") % {"to": isolate(given.get("to", ""))}


def _replied(given: dict[str, str]) -> str:
    return _("Answered by %(from)s with number %(number)s") % {
        "from": isolate(given.get("from", "")),
        "number": given.get("number", ""),
    }


def _transferred(given: dict[str, str]) -> str:
    return _("Transferred to the competent agency: %(to)s") % {"to": isolate(given.get("to", ""))}


def _transfer_refused(given: dict[str, str]) -> str:
    return _("Came back; the side of %(to)s could not take it in") % {
        "to": isolate(given.get("to", ""))
    }


def _circular_reminded(given: dict[str, str]) -> str:
    if given.get("from"):
        return _("%(from)s reminded of the circular") % {"from": isolate(given["from"])}
    return _("Reminded, who has not taken note: %(count)s") % {"count": given.get("count", "")}


def _class_approved(_given: dict[str, str]) -> str:
    return _("Class approved by the head of the agency")


def _class_set(given: dict[str, str]) -> str:
    names = dict(terms.class_options(HIGHEST))
    return _("Class changed from %(before)s to %(after)s; reason: %(reason)s") % {
        "before": names.get(given.get("from", ""), ""),
        "after": names.get(given.get("to", ""), ""),
        "reason": isolate(given.get("reason", "")),
    }


BETWEEN: dict[StepKind, Callable[[dict[str, str]], str]] = {
    StepKind.LETTER_SENT: _letter_sent,
    StepKind.COPY_REFUSED: _copy_refused,
    StepKind.REPLIED: _replied,
    StepKind.CIRCULAR_REMINDED: _circular_reminded,
    StepKind.CLASS_APPROVED: _class_approved,
    StepKind.CLASS_SET: _class_set,
    StepKind.TRANSFERRED: _transferred,
    StepKind.TRANSFER_REFUSED: _transfer_refused,
}
