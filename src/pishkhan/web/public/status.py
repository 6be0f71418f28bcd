"""What a citizen reads of a state: one icon, one sentence of at most twelve words, and why.

The page is for people who read little: no office word, no number that is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from pishkhan.journal.api import Level
from pishkhan.letters.contracts import RecipientKind, StepKind, SubmissionState, TrackView
from pishkhan.web.templatetags.pishkhan import jalali_date


@dataclass(frozen=True, slots=True)
class Saying:
    icon: str
    tone: str
    sentence: str | Promise
    todo: str | Promise = ""


SAYINGS: dict[SubmissionState, Saying] = {
    SubmissionState.QUEUED: Saying(
        "send", "go", _("Your letter is accepted and on its way to the agency.")
    ),
    SubmissionState.UNDELIVERED: Saying(
        "clock",
        "wait",
        _("Your letter has not reached the agency yet."),
        _("Your counter sends it again. Your code stays the same."),
    ),
    SubmissionState.ARRIVED: Saying("inbox", "go", _("Your letter has reached the agency.")),
    SubmissionState.REGISTERED: Saying("stamp", "go", _("The agency has registered your letter.")),
    SubmissionState.IN_PROGRESS: Saying("edit", "go", _("Your letter is being looked into.")),
    SubmissionState.RETURNED: Saying(
        "warning",
        "wait",
        _("Something is missing from your letter."),
        _("Bring what is missing to the same counter. Your code stays the same."),
    ),
    SubmissionState.ANSWERED: Saying(
        "sign", "good", _("The answer is signed and coming to your counter.")
    ),
    SubmissionState.READY: Saying(
        "check-circle",
        "good",
        _("Your answer is ready at the counter."),
        _("Take your national card and this code to the same counter."),
    ),
    SubmissionState.HANDED_OVER: Saying("hand-over", "done", _("The answer was handed over.")),
    SubmissionState.CLOSED: Saying(
        "flag", "done", _("The agency has closed your letter."), _("Ask at the counter for why.")
    ),
    SubmissionState.WITHDRAWN: Saying(
        "return", "done", _("The letter was withdrawn as you asked.")
    ),
    SubmissionState.TRANSFERRED: Saying(
        "send", "go", _("Your letter was sent on to the competent agency.")
    ),
    SubmissionState.SET_ASIDE: Saying(
        "warning",
        "done",
        _("The agency did not register your letter."),
        _("Ask at the counter what you can do."),
    ),
}

STEPS: dict[StepKind, str | Promise] = {
    StepKind.ACCEPTED: _("Accepted at the counter"),
    StepKind.ARRIVED: _("Reached the agency"),
    StepKind.REGISTERED: _("Registered at the agency"),
    StepKind.REFERRED: _("Given to the person in charge"),
    StepKind.RETURNED: _("Something was missing"),
    StepKind.COMPLETED: _("What was missing was handed in"),
    StepKind.ANSWERED: _("Answer signed and sent"),
    StepKind.READY: _("Answer reached the counter"),
    StepKind.HANDED_OVER: _("Answer handed over"),
    StepKind.CLOSED: _("Closed by the agency"),
    StepKind.REOPENED: _("Taken up again"),
    StepKind.WITHDRAWAL_ASKED: _("Withdrawal was asked for"),
    StepKind.WITHDRAWN: _("Withdrawn"),
    StepKind.SET_ASIDE: _("Not registered by the agency"),
    StepKind.TRANSFERRED: _("Sent on to the competent agency"),
}

PROVED: dict[Level, str | Promise] = {
    Level.PROMISED: _("It is promised: soon it stands in the record."),
    Level.LOGGED: _("It is written in the record."),
    Level.WITNESSED: _("It is written in the record, and others have seen it."),
}
"""How far the proof of a step is. When it was is told to the desks, and by the proof itself."""

# What still lies ahead on the plain road, drawn as empty dots.
ROAD = (StepKind.ARRIVED, StepKind.REGISTERED, StepKind.ANSWERED, StepKind.HANDED_OVER)
WAITS = frozenset({SubmissionState.RETURNED, SubmissionState.UNDELIVERED})
OVER = frozenset(
    {
        SubmissionState.HANDED_OVER,
        SubmissionState.CLOSED,
        SubmissionState.WITHDRAWN,
        SubmissionState.SET_ASIDE,
    }
)


def timeline(view: TrackView) -> list[dict[str, Any]]:
    """Return the dots of components/timeline.html: what was, where it stands, what is to come."""
    known = [step for step in view.steps if step.kind in STEPS]
    dots: list[dict[str, Any]] = []
    last = len(known) - 1
    over = view.state in OVER
    for place, step in enumerate(known):
        state = "done"
        if place == last and not over:
            state = "wait" if view.state in WAITS else "now"
        text: str | Promise = ""
        if step.kind is StepKind.WITHDRAWAL_ASKED and step.params.get("refused"):
            text = _("It could not be withdrawn any more; the letter goes on.")
        if step.kind is StepKind.ACCEPTED and "taken_on" in step.params:
            day = jalali_date(date.fromisoformat(step.params["taken_on"]))
            text = gettext("Taken on paper on %(day)s.") % {"day": day}
        if step.kind is StepKind.HANDED_OVER and step.params.get("to") == RecipientKind.PROXY:
            text = _("A proxy took it. If you sent nobody, tell the counter.")
        if step.kind is StepKind.TRANSFERRED:
            text = step.params.get("to", "")
        if step.kind is StepKind.RETURNED and view.state is SubmissionState.RETURNED:
            text = view.missing if place == last else ""
        dot: dict[str, Any] = {"what": STEPS[step.kind], "at": step.at}
        dot |= {"state": state, "text": text}
        if step.proof is not None:
            level = step.proof.level
            dot["proof"] = {"level": level, "words": PROVED[level]}
        dots.append(dot)
    if not over:
        # What an agency did that passed the letter on, the next one does anew.
        moves = [n for n, step in enumerate(known) if step.kind is StepKind.TRANSFERRED]
        seen = {step.kind for step in known[moves[-1] if moves else 0 :]}
        if StepKind.READY in seen:
            seen.add(StepKind.ANSWERED)
        dots += [
            {"what": STEPS[kind], "at": None, "state": "next"} for kind in ROAD if kind not in seen
        ]
    return dots


def why(view: TrackView) -> str:
    """Return why the agency did not register the letter; empty when it did."""
    if view.state is not SubmissionState.SET_ASIDE:
        return ""
    told = [step.params.get("note", "") for step in view.steps if step.kind is StepKind.SET_ASIDE]
    return told[-1] if told else ""


def since(view: TrackView) -> datetime:
    """Return the one date of the page: when the letter came to where it stands."""
    return view.since
