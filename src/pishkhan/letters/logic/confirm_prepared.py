"""Confirm an order that the office chief prepared: it is referred then, in one's own name."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import PreparedState
from pishkhan.letters.logic.prepared import settle, waiting
from pishkhan.letters.logic.refer import refer


def confirm_prepared(actor: Actor, prepared_id: UUID) -> list[UUID]:
    """Refer as it was prepared, from the referral it was prepared on; return the referrals' ids.

    For the holder of the post or his deputy, never for an office chief. Raises as `refer` does,
    and Refused `letters.prepared-over`.
    """
    with journal.act() as act:
        case, order = waiting(actor, prepared_id)
        rules.require("refer", case.standing)
        made = refer(
            actor,
            case.arrival.id,
            to=order.to,
            instruction=order.instruction,
            deadline=order.deadline,
            parent=order.referral_id,
        )
        settle(order, PreparedState.CONFIRMED, at=act.at)
        act.append(
            "letter.order_confirmed",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"prepared": str(prepared_id), "referrals": [str(id_) for id_ in made]},
        )
    return made
