"""Take in that the counter handed an answer over."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, DraftState, ProxyPaper, RecipientKind, StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.receive_completion import arrival_told
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft
from pishkhan.relay.contracts import Delivery


def receive_hand_over(delivery: Delivery, act: Act) -> None:
    """Write the step; an answered letter is closed with its newest answer.

    While a later answer is on its way, or the letter was reopened meanwhile, it goes on.

    Raises Invalid (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    given = delivery.payload
    arrival = arrival_told(delivery)
    answer_id = wire.key_of(given, "answer")
    told = {"to": wire.choice(given, "to", RecipientKind).value}
    if given.get("paper"):
        told["paper"] = wire.choice(given, "paper", ProxyPaper).value
    drafts = Draft.objects.filter(arrival=arrival)
    answer = drafts.filter(pk=answer_id).values_list("number_text", "dispatched_at").first()
    if answer is None or answer[1] is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    later = drafts.filter(state=DraftState.DISPATCHED.value, dispatched_at__gt=answer[1])
    if arrival.state == ArrivalState.ANSWERED and not later.exists():
        arrival.state = rules.next_arrival("hand_over", ArrivalState.ANSWERED).value
        arrival.closed_at = act.at
        arrival.save(update_fields=["state", "closed_at"])
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.HANDED_OVER,
        at=wire.moment(given, "at"),
        by=arrival.from_name,
        params=told | {"number": answer[0]},
    )
    act.append(
        "letter.hand_over_received",
        subject=arrival.letter_id,
        actor="system",
        fields={"answer": str(answer_id), **told},
    )
