"""Finish a referral with its outcome."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import rules
from pishkhan.letters.contracts import ReferralState, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.referrals import end_referrals, mark_seen, settle_holder
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Referral


def finish(actor: Actor, referral_id: UUID, *, outcome: str) -> None:
    """End the actor's own open referral; `outcome` is his opinion, or what was done.

    The letter itself goes on. Raises NotFound, Forbidden, Refused (`letters.referral-ended`,
    `letters.not-now`), Invalid.
    """
    outcome = entered.text("outcome", outcome, longest=4_000)
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("finish", case.standing, referral_id)
        row = case.referral(referral_id)
        mark_seen([row], at=act.at)
        end_referrals([row], ReferralState.DONE, at=act.at, outcome=outcome)
        settle_holder(case.arrival)
        case.arrival.save(update_fields=["holder_post_id", "holder", "deadline"])
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.DONE,
            at=act.at,
            by=actor,
            params={"purpose": row.purpose},
        )
        act.append(
            "letter.referral_finished",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id), "outcome_digest": entered.digest(outcome)},
        )


def arrival_of_referral(referral_id: UUID) -> UUID:
    """Return the arrival to ask `access` for; NotFound `letters.not-found` as it would say."""
    found = Referral.objects.filter(pk=referral_id).values_list("arrival_id", flat=True).first()
    if found is None:
        raise NotFound("letters.not-found")
    return found
