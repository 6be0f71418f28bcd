"""Return a letter for what is missing (عودت جهت رفع نقص); its code stays the same."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.relay import api as relay


def return_for_deficiency(
    actor: Actor, arrival_id: UUID, *, missing: str, until: date | None = None
) -> None:
    """Ask the applicant, through the counter, for what is missing; referrals stay as they are.

    The agency keeps custody: what comes joins the letter. The clerk's deed, or that of a post
    that has it for action. Raises NotFound, Forbidden, Refused (`letters.not-now`), Invalid.
    """
    missing = entered.line("missing", missing, longest=500)
    with journal.act() as act:
        entered.coming_day("until", until, at=act.at)
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("return_for_deficiency", case.standing)
        relay.require_custody(arrival.letter_id, arrival.secretariat_id)
        mark_seen(case.mine, at=act.at)
        arrival.state = rules.next_arrival("return_for_deficiency", case.standing.state).value
        arrival.missing, arrival.missing_until = missing, until
        arrival.save(update_fields=["state", "missing", "missing_until"])
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.RETURNED,
            at=act.at,
            by=actor,
            params={"missing": missing},
        )
        tell_counter(act, arrival, StepKind.RETURNED, missing=missing, missing_until=until)
        act.append(
            "letter.returned",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "missing_digest": entered.digest(missing),
                "until": None if until is None else until.isoformat(),
            },
        )
