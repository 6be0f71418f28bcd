"""Take a referral back before its receiver has seen it (بازپس‌گیری ارجاع)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.finish import arrival_of_referral
from pishkhan.letters.logic.referrals import end_referrals, settle_holder
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft


def take_back(actor: Actor, referral_id: UUID, *, reason: str = "") -> None:
    """End a referral that the actor sent and its receiver has not opened; he no longer sees it.

    Raises NotFound, Forbidden, Refused (`letters.already-seen`, `letters.referred-on`,
    `letters.referral-ended`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300, required=False)
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("take_back", case.standing, referral_id)
        row = case.referral(referral_id)
        end_referrals([row], ReferralState.TAKEN_BACK, at=act.at, outcome=reason)
        settle_holder(case.arrival)
        case.arrival.save(update_fields=["holder_post_id", "holder", "deadline"])
        if row.purpose == Purpose.SIGNATURE:
            draft_again(case, referral_id)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.TAKEN_BACK,
            at=act.at,
            by=actor,
            params={"from": row.to_title},
        )
        act.append(
            "letter.referral_taken_back",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id), "reason_digest": entered.digest(reason)},
        )


def draft_again(case: Case, referral_id: UUID) -> None:
    """A draft that lies before no signer any more is being drafted again."""
    others = any(
        row.purpose == Purpose.SIGNATURE and row.state == ReferralState.OPEN
        for row in case.referrals
        if row.id != referral_id
    )
    if not others:
        Draft.objects.filter(arrival=case.arrival, state=DraftState.TO_SIGN.value).update(
            state=DraftState.DRAFTING.value
        )
