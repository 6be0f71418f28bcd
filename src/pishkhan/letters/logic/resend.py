"""Send an answer again that the counter refused."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.send_answer import send_answer
from pishkhan.letters.logic.send_letter import send_letter_again
from pishkhan.relay import api as relay


def resend(actor: Actor, draft_id: UUID) -> None:
    """Offer a refused answer to the counter once more, as it is and under its number.

    For when the reason of the refusal has passed, such as a counter's node that was not up to
    date. An answer that is itself at fault is not sent again: the letter is reopened, and what is
    dispatched then takes this one's place. Needs what `dispatch` needs. Raises NotFound,
    Forbidden, Refused (`letters.not-refused`, `letters.not-now`, `relay.not-custodian`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        arrival = case.arrival
        rules.require_draft("resend", case.standing, draft_id)
        row = case.draft(draft_id)
        if arrival.official:
            send_letter_again(act, actor, arrival, row)
            return
        transfer = relay.offer(act, row.id, arrival.secretariat_id, arrival.from_office_id)
        send_answer(act, actor, arrival, row, transfer)
        act.append(
            "answer.resent",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "draft": str(draft_id),
                "hop": transfer.hop,
                "secretariat": str(arrival.secretariat_id),
            },
        )
