"""Put a referral at the head of its cartable: how an office chief, or the holder, sorts it."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.finish import arrival_of_referral


def lift(actor: Actor, referral_id: UUID) -> None:
    """Lead an open referral to the head of the cartable it lies in; nothing else changes.

    Raises NotFound, Forbidden, Refused (`letters.referral-ended`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("lift", case.standing, referral_id)
        row = case.referral(referral_id)
        row.turn = new_id()
        row.save(update_fields=["turn"])
        act.append(
            "letter.referral_lifted",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id)},
        )
