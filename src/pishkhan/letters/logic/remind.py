"""Remind a receiver of an open referral (پیگیری)."""

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


def remind(actor: Actor, referral_id: UUID, *, note: str = "") -> None:
    """Let the receiver know that the sender waits; the newest reminder stands at the letter.

    The sender's deed, once a day (Tehran's). Raises NotFound, Forbidden, Refused
    (`letters.reminded-today`, `letters.referral-ended`, `letters.not-now`), Invalid.
    """
    note = entered.line("note", note, longest=300, required=False)
    with journal.act() as act:
        case = case_for(actor, arrival_of_referral(referral_id), lock=True)
        rules.require_referral("remind", case.standing, referral_id)
        row = case.referral(referral_id)
        row.reminded_at, row.reminder, row.reminders = act.at, note, row.reminders + 1
        row.save(update_fields=["reminded_at", "reminder", "reminders"])
        tell_news([row], StepKind.REMINDED, at=act.at)
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.REMINDED,
            at=act.at,
            by=actor,
            params={"to": row.to_title, "note": note},
        )
        act.append(
            "letter.referral_reminded",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"referral": str(referral_id), "note_digest": entered.digest(note)},
        )
