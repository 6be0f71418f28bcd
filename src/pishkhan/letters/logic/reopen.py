"""Reopen a letter that was answered or closed (بازگشایی)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter


def reopen(actor: Actor, arrival_id: UUID, *, reason: str) -> None:
    """Take a letter up again, for the secretariat to refer anew; past referrals stay ended.

    One that was closed before it had a number is an arrival again. The clerk's deed. Raises
    NotFound, Forbidden, Refused (`letters.not-now`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("reopen", case.standing)
        arrival.state = rules.after_reopening(registered=case.standing.numbered).value
        arrival.closed_at, arrival.outcome = None, ""
        arrival.save(update_fields=["state", "closed_at", "outcome"])
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.REOPENED,
            at=act.at,
            by=actor,
            params={"reason": reason},
        )
        tell_counter(act, arrival, StepKind.REOPENED)
        act.append(
            "letter.reopened",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"reason_digest": entered.digest(reason)},
        )
