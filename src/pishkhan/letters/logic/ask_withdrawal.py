"""Ask the agency to let a letter be withdrawn (انصراف متقاضی)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Refused
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.earlier import earlier
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Submission
from pishkhan.letters.rules import next_submission
from pishkhan.relay import api as relay

LONGEST_REASON = 300


def ask_withdrawal(actor: Actor, letter_id: UUID, *, reason: str) -> None:
    """Send the applicant's wish to withdraw to the office that holds the letter.

    A request: the letter is withdrawn when its custodian has said so, at once if that is the
    counter, which could not deliver it. Needs the counter that accepted it, before an answer is
    there. Raises Refused (`letters.not-now`,
    `letters.withdrawal-asked`), Invalid with field reason.
    """
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        before = row.state
        row.state = next_submission("ask_withdrawal", SubmissionState(before)).value
        if row.withdrawal_asked_at is not None:
            raise Refused("letters.withdrawal-asked", N_("The withdrawal was asked for already."))
        words = entered.line("reason", reason, longest=LONGEST_REASON)
        done = row.state == SubmissionState.WITHDRAWN
        if not done:
            row.outgoing_id = _tell_agency(act, row, words)
        row.withdrawal_asked_at = row.last_step_at = act.at
        row.save(update_fields=("state", "outgoing_id", "withdrawal_asked_at", "last_step_at"))
        add_step(
            row.counter_id,
            row.id,
            StepKind.WITHDRAWN if done else StepKind.WITHDRAWAL_ASKED,
            at=act.at,
            by=actor.label,
            params={"reason": words},
        )
        act.append(
            "letter.withdrawn" if done else "letter.withdrawal_asked",
            subject=row.id,
            actor=actor.ref,
            fields={"counter": str(row.counter_id), "reason": entered.digest(words)}
            | ({"before": before} if done else {}),
        )


def _tell_agency(act: Act, row: Submission, reason: str) -> UUID:
    return relay.send(
        act,
        from_office=row.counter_id,
        to_office=row.secretariat_id,
        kind=wire.WITHDRAWAL,
        version=wire.VERSION,
        subject=row.id,
        after=earlier(row),
        payload=wire.hop_out(row.hop)
        | {"letter": str(row.id), "reason": reason, "at": wire.iso(act.at)},
    )
