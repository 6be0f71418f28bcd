"""Take in that the agency's side refused what the counter sent: the counter still has it."""

from __future__ import annotations

from datetime import date

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.steps import add_step, steps_of
from pishkhan.letters.models import Submission
from pishkhan.letters.rules import next_submission
from pishkhan.relay.contracts import Refusal

WHAT = {
    wire.SUBMITTED: "letter",
    wire.COMPLETED: "completion",
    wire.WITHDRAWAL: "withdrawal",
    wire.HANDED_OVER: "hand_over",
}
"""What did not arrive, as the step says it."""


def receive_undelivered(refusal: Refusal, act: Act) -> None:
    """Say at the counter that a message was refused, and why; lay open again what it had done.

    A letter is undelivered, or withdrawn if that was asked for while it was on its way. After a
    completion the letter is returned as before, a withdrawal may be asked for anew.
    """
    row = (
        Submission.objects.select_for_update()
        .filter(pk=refusal.subject, counter_id=refusal.from_office)
        .first()
    )
    if row is None:
        return
    before = row.state
    add_step(
        row.counter_id,
        row.id,
        StepKind.UNDELIVERED,
        at=act.at,
        params={"what": WHAT[refusal.kind], "why": refusal.reason},
    )
    if refusal.kind == wire.SUBMITTED:
        _letter(row, act)
    elif refusal.kind == wire.COMPLETED:
        _completion(row)
    elif refusal.kind == wire.WITHDRAWAL and row.state != SubmissionState.WITHDRAWN:
        row.withdrawal_asked_at = None
    row.last_step_at = act.at
    row.save(
        update_fields=("state", "missing", "missing_until", "withdrawal_asked_at", "last_step_at")
    )
    act.append(
        "letter.undelivered",
        subject=row.id,
        actor="system",
        fields={
            "before": before,
            "counter": str(row.counter_id),
            "reason": refusal.reason,
            "state": row.state,
            "what": WHAT[refusal.kind],
        },
    )


def _letter(row: Submission, act: Act) -> None:
    row.state = _after("letter_refused", row)
    if row.state == SubmissionState.UNDELIVERED and row.withdrawal_asked_at is not None:
        row.state = next_submission("ask_withdrawal", SubmissionState.UNDELIVERED).value
        add_step(row.counter_id, row.id, StepKind.WITHDRAWN, at=act.at)


def _completion(row: Submission) -> None:
    """Ask again for what was missing, in the agency's words of the last time."""
    row.state = _after("completion_refused", row)
    if row.state != SubmissionState.RETURNED or row.missing:
        return
    for step in reversed(steps_of(row.counter_id, row.id)):
        if step.kind is StepKind.RETURNED:
            row.missing = step.params.get("missing", "")
            until = step.params.get("until")
            row.missing_until = date.fromisoformat(until) if until else None
            return


def _after(told: str, row: Submission) -> str:
    """Return the state that follows; the same where the agency has told of another meanwhile."""
    try:
        return next_submission(told, SubmissionState(row.state)).value
    except Refused:
        return row.state
