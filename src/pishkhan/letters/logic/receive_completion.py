"""Take in what was missing; it joins the letter under the same code."""

from __future__ import annotations

from django.db.models import Q

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, StepKind
from pishkhan.letters.logic import pause, wire
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.pass_on import passed_on
from pishkhan.letters.logic.referrals import open_referrals, tell_news
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Arrival, PageRow, Referral
from pishkhan.relay.contracts import Delivery

MOST_ROUNDS = 1_000


def receive_completion(delivery: Delivery, act: Act) -> None:
    """Add the pages of the next round; a returned letter goes on where it stood.

    A letter that was closed or withdrawn meanwhile keeps its state, and the pages all the same:
    the clerk sees the step and may reopen. The same round twice is harmless. Raises Invalid
    (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    arrival = arrival_told(delivery)
    if passed_on(delivery, act, arrival):
        return
    round_no = wire.whole(delivery.payload, "round", least=1, most=MOST_ROUNDS)
    note = wire.line(delivery.payload, "note", 500, required=False)
    pages = wire.pages_in(delivery.payload, delivery.blobs)
    fields = {"round": round_no, "pages": len(pages)}
    if round_no <= arrival.rounds:
        act.append(
            "letter.completion_received_again",
            subject=arrival.letter_id,
            actor="system",
            fields=fields,
        )
        return
    taken = PageRow.objects.filter(
        office_id=arrival.secretariat_id,
        letter_id=arrival.letter_id,
        seq__in=[seq for seq, _ in pages],
    )
    if taken.exists():
        raise wire.bad_message()
    insert_pages(arrival.secretariat_id, arrival.letter_id, pages, round_no=round_no)
    arrival.rounds = round_no
    arrival.sheets += sum(page.leaves for _, page in pages)
    lying = open_referrals(arrival)
    waited = 0
    if arrival.state == ArrivalState.RETURNED:
        waited = pause.resume(arrival, lying, at=act.at)
        arrival.state = rules.after_completion(
            registered=arrival.number is not None,
            referred=Referral.objects.filter(arrival=arrival).exists(),
        ).value
        arrival.missing, arrival.missing_until = "", None
    arrival.save(
        update_fields=["rounds", "sheets", "state", "missing", "missing_until", "deadline"]
    )
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.COMPLETED,
        at=act.at,
        params=({"note": note} if note else {}) | ({"waited": str(waited)} if waited else {}),
    )
    tell_news(lying, StepKind.COMPLETED, at=act.at)
    tell_counter(act, arrival, StepKind.COMPLETED)
    act.append(
        "letter.completion_received",
        subject=arrival.letter_id,
        actor="system",
        fields=fields | ({"waited": waited} if waited else {}),
    )


def arrival_told(delivery: Delivery) -> Arrival:
    """Return the arrival that a message to this secretariat speaks of, locked.

    The sender must be the counter that the letter came from, or the secretariat that transferred
    it and passes on what reached it late: no other may speak of it. Unavailable when the transfer
    that the counter knows of is still on its way here.
    """
    arrival = (
        Arrival.objects.select_for_update()
        .filter(
            Q(from_office_id=delivery.from_office) | Q(via_office_id=delivery.from_office),
            letter_id=wire.key_of(delivery.payload, "letter"),
            secretariat_id=delivery.to_office,
        )
        .first()
    )
    if wire.hop_in(delivery.payload) > (arrival.hop if arrival else 0):
        raise wire.not_here_yet()
    if arrival is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    return arrival
