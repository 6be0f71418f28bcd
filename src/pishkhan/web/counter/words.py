"""Words of the counter's desk: kinds, ways of paying, steps of a letter's life, post."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from pishkhan.letters.contracts import (
    IdKind,
    LetterKind,
    Medium,
    PageRole,
    PayWay,
    PrintIntent,
    RecipientKind,
    Step,
    StepKind,
    SubmissionState,
)

ID_KINDS: dict[IdKind, Any] = {
    IdKind.NATIONAL: gettext_lazy("National ID"),
    IdKind.FOREIGN: gettext_lazy("Foreigner's code"),
    IdKind.LEGAL: gettext_lazy("Company's ID"),
}
KINDS: dict[LetterKind, Any] = {
    LetterKind.REQUEST: pgettext_lazy("letter kind", "Request"),
    LetterKind.COMPLAINT: pgettext_lazy("letter kind", "Complaint"),
    LetterKind.PROPOSAL: pgettext_lazy("letter kind", "Proposal"),
    LetterKind.REPORT: pgettext_lazy("letter kind", "Report"),
}
PAY_WAYS: dict[PayWay, Any] = {
    PayWay.CARD: pgettext_lazy("way of paying", "Card"),
    PayWay.CASH: pgettext_lazy("way of paying", "Cash"),
    PayWay.FREE: pgettext_lazy("way of paying", "Free of charge"),
}
MEDIA: dict[Medium, Any] = {
    Medium.PAPER: pgettext_lazy("medium", "On paper"),
    Medium.ELECTRONIC: pgettext_lazy("medium", "Electronic"),
}
PRINTS: dict[PrintIntent, Any] = {
    PrintIntent.RECEIPT: pgettext_lazy("print", "Only the receipt"),
    PrintIntent.NONE: pgettext_lazy("print", "Nothing"),
    PrintIntent.ALL: pgettext_lazy("print", "All of it"),
}
ROLES: dict[PageRole, Any] = {
    PageRole.LETTER: pgettext_lazy("page", "letter"),
    PageRole.ENCLOSURE: pgettext_lazy("page", "enclosure"),
}
RECIPIENTS: dict[RecipientKind, Any] = {
    RecipientKind.APPLICANT: gettext_lazy("The applicant himself"),
    RecipientKind.PROXY: gettext_lazy("A proxy or lawyer"),
}

STEPS: dict[StepKind, Any] = {
    StepKind.ACCEPTED: gettext_lazy("Accepted at the counter"),
    StepKind.ARRIVED: gettext_lazy("Arrived at the agency"),
    StepKind.REGISTERED: gettext_lazy("Registered in the secretariat"),
    StepKind.REFERRED: gettext_lazy("In progress at the agency"),
    StepKind.RETURNED: gettext_lazy("Returned for what is missing"),
    StepKind.COMPLETED: gettext_lazy("What was missing was added"),
    StepKind.ANSWERED: gettext_lazy("Answer issued"),
    StepKind.READY: gettext_lazy("Answer ready at the counter"),
    StepKind.HANDED_OVER: gettext_lazy("Answer handed over"),
    StepKind.CLOSED: gettext_lazy("Closed and filed"),
    StepKind.REOPENED: gettext_lazy("Taken up again"),
    StepKind.WITHDRAWAL_ASKED: gettext_lazy("The applicant asked to withdraw"),
    StepKind.WITHDRAWN: gettext_lazy("Withdrawn by the applicant"),
}
_BAD = {StepKind.RETURNED}
_OVER = {SubmissionState.HANDED_OVER, SubmissionState.CLOSED, SubmissionState.WITHDRAWN}
_ANSWERED = {SubmissionState.ANSWERED, SubmissionState.READY}

POST_KINDS: dict[str, Any] = {
    "letter.submitted": gettext_lazy("A letter"),
    "letter.completed": gettext_lazy("What was missing in a letter"),
    "letter.withdrawal": gettext_lazy("A wish to withdraw"),
    "letter.handed_over": gettext_lazy("News that an answer was handed over"),
    "relay.receipt": gettext_lazy("Receipts for what came"),
}


def options(words: dict[Any, Any]) -> list[tuple[str, Any]]:
    """Return the choices of a select: value and words."""
    return [(str(each.value), label) for each, label in words.items()]


def timeline(
    steps: tuple[Step, ...], state: SubmissionState, *, names: bool
) -> list[dict[str, Any]]:
    """Return the drawn life of a letter: what was, where it stands, what is still to come.

    A referral among officials is told once: whoever waits need not know how often it moved.
    """
    drawn: list[dict[str, Any]] = []
    for step in steps:
        if step.kind not in STEPS or (
            step.kind is StepKind.REFERRED and any(d["kind"] is step.kind for d in drawn)
        ):
            continue
        drawn.append(
            {
                "kind": step.kind,
                "what": _what(step),
                "at": step.at,
                "by": step.by if names else "",
                "text": _quoted(step) if names else "",
                "state": "done",
            }
        )
    if drawn and state not in _OVER:
        waits = state in {SubmissionState.RETURNED, SubmissionState.READY}
        drawn[-1]["state"] = "wait" if waits else "now"
    return drawn + [
        {"what": what, "state": "next", "kind": None} for what in _to_come(state, drawn)
    ]


def _what(step: Step) -> str:
    if step.kind is StepKind.REGISTERED and step.params.get("number"):
        return _("Registered with number %(number)s") % {"number": step.params["number"]}
    return str(STEPS[step.kind])


def _quoted(step: Step) -> str:
    return next((step.params[n] for n in ("missing", "note", "reason") if step.params.get(n)), "")


def _to_come(state: SubmissionState, drawn: list[dict[str, Any]]) -> list[str]:
    if state in _OVER:
        return []
    ahead = []
    if state not in _ANSWERED and not any(d["kind"] is StepKind.REGISTERED for d in drawn):
        ahead.append(_("Registration in the secretariat"))
    if state not in _ANSWERED:
        ahead.append(_("Answer"))
    ahead.append(_("Hand-over at the counter"))
    return ahead
