"""Take in that the counter refused an answer: the agency is its custodian again."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import DraftState, StepKind
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft
from pishkhan.relay.contracts import Refusal


def receive_refusal(refusal: Refusal, act: Act) -> None:
    """Lay the answer before the secretariat again; nothing when it was given up meanwhile."""
    if refusal.item is None:
        return
    draft = (
        Draft.objects.select_for_update(of=("self",))
        .select_related("arrival")
        .filter(
            pk=refusal.item,
            state=DraftState.DISPATCHED.value,
            arrival__secretariat_id=refusal.from_office,
        )
        .first()
    )
    if draft is None:
        return
    draft.state = DraftState.REFUSED.value
    draft.save(update_fields=["state"])
    add_step(
        refusal.from_office,
        draft.arrival.letter_id,
        StepKind.REFUSED,
        at=act.at,
        by=draft.arrival.from_name,
        params={"number": draft.number_text},
    )
    act.append(
        "answer.refused",
        subject=draft.arrival.letter_id,
        actor="system",
        fields={"answer": str(draft.id), "reason": refusal.reason},
    )
