"""Dispatch a signed answer under an outgoing number (صدور و ارسال)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.journal.slip import FIELD as SLIP
from pishkhan.letters import numbering, rules
from pishkhan.letters.contracts import IssuedNumber, Way
from pishkhan.letters.logic.answer_promise import promise_of, slip_of
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.number import issue_number
from pishkhan.letters.logic.referrals import abandon_drafts, close_all
from pishkhan.letters.logic.send_answer import send_answer
from pishkhan.letters.logic.send_letter import send_letter
from pishkhan.letters.logic.series import series_of
from pishkhan.letters.models import Arrival, Draft
from pishkhan.relay import api as relay


def dispatch(actor: Actor, draft_id: UUID, *, series: UUID | None = None) -> IssuedNumber:
    """Send the signed answer to the counter that accepted the letter; return its number.

    Between agencies: what was signed goes to each addressee, an answer to who wrote; an internal
    letter lies before its receivers at once. A citizen's
    answer is an item of its own (its id is the draft's), offered to the counter here; the
    letter is answered, open referrals and other drafts end; the log's promise of the entry goes
    with the answer and is kept with the draft. Needs the letter's secretariat, or
    DISPATCH on a post that may see the letter. `series` is the indicator, where it is not the one
    that its rules say. Raises NotFound, Forbidden, Refused
    (`letters.not-signed`, `letters.not-now`), Invalid (`series`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        arrival = case.arrival
        rules.require_draft("dispatch", case.standing, draft_id)
        relay.require_custody(arrival.letter_id, arrival.secretariat_id)
        row = case.draft(draft_id)
        internal = arrival.way == Way.INTERNAL
        deed = "dispatch_letter" if case.standing.outgoing else "dispatch"
        arrival.state = rules.next_arrival(deed, case.standing.state).value
        close_all(arrival, at=act.at)
        arrival.missing, arrival.missing_until = "", None
        arrival.save(
            update_fields=[
                "state",
                "holder_post_id",
                "holder",
                "deadline",
                "missing",
                "missing_until",
            ]
        )
        abandon_drafts(arrival, but=draft_id)
        kind = arrival.terms.get(Table.KIND.value, {}).get("code", "")
        known = series_of(arrival.secretariat_id)
        way = Way.INTERNAL if internal else Way.OUTGOING
        taken = numbering.chosen(known, way, kind, series)
        issued = issue_number(act, arrival.secretariat_id, act.at, draft_id, way=way, series=taken)
        row.dispatched_at, row.number_text = act.at, issued.text
        row.save(update_fields=["dispatched_at", "number_text"])
        _enter(act, actor, arrival, row, issued=issued, series=taken.id)
        if arrival.official:
            send_letter(act, actor, arrival, row, issued)
        else:
            here, there = arrival.secretariat_id, arrival.from_office_id
            send_answer(act, actor, arrival, row, relay.hold_and_offer(act, row.id, here, there))
    return issued


def _enter(
    act: Act, actor: Actor, arrival: Arrival, row: Draft, *, issued: IssuedNumber, series: UUID
) -> None:
    """Write the entry, and keep the log's promise of it with an answer to a citizen.

    Nobody has the promise before the act is committed: entry, row and message are there together.
    """
    slip = slip_of(arrival, row)
    entry = act.append(
        "letter.dispatched",
        subject=arrival.letter_id,
        actor=actor.ref,
        fields={
            "draft": str(row.id),
            "secretariat": str(arrival.secretariat_id),
            "series": str(series),
            "year": issued.year,
            "number": issued.number,
            "text_digest": row.text_digest,
            **({SLIP: slip.value()} if slip else {}),
        },
    )
    if slip:
        row.promise = promise_of(entry)
        row.save(update_fields=["promise"])
