"""Set a letter aside that cannot be registered (غیرقابل ثبت): with a reason, and no number."""

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
from pishkhan.relay import api as relay


def set_aside(actor: Actor, arrival_id: UUID, *, reason: str) -> None:
    """End an arrived letter unregistered; the counter and the applicant are told why.

    The clerk's deed, before the letter has a number; `reopen` makes it an arrival again. Raises
    NotFound, Forbidden, Refused (`letters.not-now`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("set_aside", case.standing)
        relay.require_custody(arrival.letter_id, arrival.secretariat_id)
        arrival.state = rules.next_arrival("set_aside", case.standing.state).value
        arrival.closed_at, arrival.outcome = act.at, reason
        arrival.save(update_fields=["state", "closed_at", "outcome"])
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.SET_ASIDE,
            at=act.at,
            by=actor,
            params={"reason": reason},
        )
        tell_counter(act, arrival, StepKind.SET_ASIDE, note=reason)
        act.append(
            "letter.set_aside",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"reason_digest": entered.digest(reason)},
        )
