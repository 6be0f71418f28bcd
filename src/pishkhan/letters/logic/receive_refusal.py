"""Take in that the counter refused an answer: the agency is its custodian again."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import DraftState, ReferralState, StepKind
from pishkhan.letters.logic.referrals import tell_news
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft, Referral
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
    # Whoever wrote it finished with the letter; it comes to the head of what that post did.
    wrote = (
        Referral.objects.select_for_update()
        .filter(arrival=draft.arrival, to_post_id=draft.by_post_id)
        .exclude(state=ReferralState.TAKEN_BACK.value)
    )
    tell_news(wrote.order_by("-id")[:1], StepKind.REFUSED, at=act.at)
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
