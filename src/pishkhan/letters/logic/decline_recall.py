"""Decline to give a referral back (نپذیرفتن بازپس‌گیری)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.finish import arrival_of_referral
from pishkhan.letters.logic.referrals import tell_news
from pishkhan.letters.logic.steps import add_step


def decline_recall(actor: Actor, referral_id: UUID, *, reason: str) -> None:
    """Keep a referral that its sender asked back; he reads the reason, and may ask again.

    Raises NotFound, Forbidden, Refused (`letters.recall-not-asked`, `letters.referral-ended`,
    `letters.not-now`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("decline_recall", case.standing, referral_id)
        row = case.referral(referral_id)
        row.recall_declined_at, row.recall_answer = act.at, reason
        row.save(update_fields=["recall_declined_at", "recall_answer"])
        tell_news(case.above(row), StepKind.RECALL_DECLINED, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.RECALL_DECLINED,
            at=act.at,
            by=actor,
            params={"to": row.from_title, "reason": reason},
        )
        act.append(
            "letter.recall_declined",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id), "reason_digest": entered.digest(reason)},
        )
