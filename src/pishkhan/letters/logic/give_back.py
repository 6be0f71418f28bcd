"""Give a referral back that its sender asked for (برگرداندن ارجاع)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import Purpose, ReferralState, StepKind
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.finish import arrival_of_referral
from pishkhan.letters.logic.referrals import end_referrals, settle_holder, tell_news
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.take_back import draft_again


def give_back(actor: Actor, referral_id: UUID) -> None:
    """End a referral as taken back, because its sender asked.

    The receiver no longer sees the letter, unless he wrote an answer to it or has it otherwise.
    Raises NotFound, Forbidden, Refused (`letters.recall-not-asked`, `letters.referred-on`,
    `letters.referral-ended`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("give_back", case.standing, referral_id)
        row = case.referral(referral_id)
        end_referrals([row], ReferralState.TAKEN_BACK, at=act.at, outcome=row.recall_reason)
        settle_holder(case.arrival)
        case.arrival.save(update_fields=["holder_post_id", "holder", "deadline"])
        if row.purpose == Purpose.SIGNATURE:
            draft_again(case, referral_id)
        tell_news(case.above(row), StepKind.GIVEN_BACK, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.GIVEN_BACK,
            at=act.at,
            by=actor,
            params={"from": row.to_title},
        )
        act.append(
            "letter.referral_given_back",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id)},
        )
