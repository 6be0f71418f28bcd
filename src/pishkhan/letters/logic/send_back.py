"""Send a draft back to be amended (برگشت برای اصلاح)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.referrals import end_referrals, mark_seen, settle_holder
from pishkhan.letters.logic.steps import add_step


def send_back(actor: Actor, draft_id: UUID, *, note: str) -> None:
    """Return a draft to its author with a note; the actor's referral to sign it ends with that.

    For a post that signs or initials and has the letter before it, not for the author. Raises
    NotFound, Forbidden, Refused (`letters.not-now`, `letters.draft-settled`), Invalid.
    """
    note = entered.line("note", note, longest=500)
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        rules.require_draft("send_back", case.standing, draft_id)
        row = case.draft(draft_id)
        row.state, row.send_back_note = DraftState.DRAFTING.value, note
        row.save(update_fields=["state", "send_back_note"])
        mark_seen(case.mine, at=act.at)
        to_sign = [each for each in case.mine if each.purpose == Purpose.SIGNATURE]
        end_referrals(to_sign, ReferralState.DONE, at=act.at, outcome=note)
        settle_holder(case.arrival)
        case.arrival.save(update_fields=["holder_post_id", "holder", "deadline"])
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.SENT_BACK,
            at=act.at,
            by=actor,
            params={"to": row.by_title},
        )
        act.append(
            "letter.draft_sent_back",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={
                "draft": str(draft_id),
                "version": row.version,
                "note_digest": entered.digest(note),
            },
        )
