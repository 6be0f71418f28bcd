"""Close a letter (خاتمه و بایگانی)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.referrals import abandon_drafts, close_all, mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter


def close(actor: Actor, arrival_id: UUID, *, outcome: str) -> None:
    """End the work on a letter: open referrals end with it, unsent drafts are given up.

    The clerk's deed or the principal actor's. `outcome` says why it ends so. Raises NotFound,
    Forbidden, Refused (`letters.not-now`), Invalid.
    """
    outcome = entered.line("outcome", outcome, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("close", case.standing)
        mark_seen(case.mine, at=act.at)
        arrival.state = rules.next_arrival("close", case.standing.state).value
        arrival.closed_at, arrival.outcome = act.at, outcome
        arrival.missing, arrival.missing_until = "", None
        close_all(arrival, at=act.at)
        abandon_drafts(arrival)
        arrival.save(
            update_fields=[
                "state",
                "closed_at",
                "outcome",
                "missing",
                "missing_until",
                "holder_post_id",
                "holder",
                "deadline",
            ]
        )
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.CLOSED,
            at=act.at,
            by=actor,
            params={"outcome": outcome},
        )
        tell_counter(act, arrival, StepKind.CLOSED)
        act.append(
            "letter.closed",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"outcome_digest": entered.digest(outcome)},
        )
