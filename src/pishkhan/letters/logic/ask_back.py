"""Ask for a referral back that its receiver has seen (درخواست بازپس‌گیری)."""

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


def ask_back(actor: Actor, referral_id: UUID, *, reason: str) -> None:
    """Ask the receiver to give a referral back; he does, or declines with a reason.

    The sender's deed, once the letter was opened; before that he takes it back himself. Raises
    NotFound, Forbidden, Refused (`letters.not-seen`, `letters.recall-asked`,
    `letters.referred-on`, `letters.referral-ended`, `letters.not-now`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("ask_back", case.standing, referral_id)
        row = case.referral(referral_id)
        row.recall_asked_at, row.recall_reason = act.at, reason
        row.recall_declined_at, row.recall_answer = None, ""
        row.save(
            update_fields=[
                "recall_asked_at",
                "recall_reason",
                "recall_declined_at",
                "recall_answer",
            ]
        )
        tell_news([row], StepKind.RECALL_ASKED, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.RECALL_ASKED,
            at=act.at,
            by=actor,
            params={"from": row.to_title, "reason": reason},
        )
        act.append(
            "letter.recall_asked",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id), "reason_digest": entered.digest(reason)},
        )
