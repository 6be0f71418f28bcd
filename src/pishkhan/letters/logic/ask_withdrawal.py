"""Ask the agency to let a letter be withdrawn (انصراف متقاضی)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Refused
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.rules import next_submission
from pishkhan.relay import api as relay

LONGEST_REASON = 300


def ask_withdrawal(actor: Actor, letter_id: UUID, *, reason: str) -> None:
    """Send the applicant's wish to withdraw to the office that holds the letter.

    A request: the letter is withdrawn when its custodian has said so. Needs the counter that
    accepted it, before an answer is there. Raises Refused (`letters.not-now`,
    `letters.withdrawal-asked`), Invalid with field reason.
    """
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        next_submission("ask_withdrawal", SubmissionState(row.state))
        if row.withdrawal_asked_at is not None:
            raise Refused("letters.withdrawal-asked", N_("The withdrawal was asked for already."))
        words = entered.line("reason", reason, longest=LONGEST_REASON)
        row.outgoing_id = relay.send(
            act,
            from_office=row.counter_id,
            to_office=row.secretariat_id,
            kind=wire.WITHDRAWAL,
            version=wire.VERSION,
            subject=row.id,
            after=(row.outgoing_id,),
            payload={"letter": str(row.id), "reason": words, "at": wire.iso(act.at)},
        )
        row.withdrawal_asked_at = row.last_step_at = act.at
        row.save(update_fields=("outgoing_id", "withdrawal_asked_at", "last_step_at"))
        add_step(
            row.counter_id,
            row.id,
            StepKind.WITHDRAWAL_ASKED,
            at=act.at,
            by=actor.label,
            params={"reason": words},
        )
        act.append(
            "letter.withdrawal_asked",
            subject=row.id,
            actor=actor.ref,
            fields={"counter": str(row.counter_id), "reason": entered.digest(words)},
        )
