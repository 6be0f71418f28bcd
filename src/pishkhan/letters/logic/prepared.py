"""Orders that an office chief prepared and that wait to be confirmed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters.contracts import PreparedState, PreparedView, Purpose, Receiver
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.models import PreparedOrder


def prepared_for(case: Case) -> tuple[PreparedView, ...]:
    """Return the orders that wait on what lies open before the actor. At most one query."""
    if not case.mine:
        return ()
    rows = PreparedOrder.objects.filter(
        referral_id__in=[row.id for row in case.mine], state=PreparedState.WAITING.value
    ).order_by("id")
    return tuple(
        PreparedView(
            id=row.id,
            referral_id=row.referral_id,
            by_title=row.by_title,
            at=row.at,
            to=tuple(_receiver(each) for each in row.to),
            titles=tuple(str(each["title"]) for each in row.to),
            instruction=row.instruction,
            deadline=row.deadline,
        )
        for row in rows
    )


def _receiver(given: dict[str, object]) -> Receiver:
    return Receiver(
        UUID(str(given["post"])), Purpose(str(given["purpose"])), bool(given["principal"])
    )


def waiting(actor: Actor, prepared_id: UUID) -> tuple[Case, PreparedView]:
    """Return the case, locked, and the order that waits on what lies before the actor.

    Raises NotFound (`letters.not-found`), Refused `letters.prepared-over` when it was confirmed,
    dropped, or its referral ended.
    """
    found = PreparedOrder.objects.filter(pk=prepared_id).values_list("arrival_id", flat=True)
    arrival_id = found.first()
    if arrival_id is None:
        raise NotFound("letters.not-found")
    case = case_for(actor, arrival_id, lock=True)
    for each in prepared_for(case):
        if each.id == prepared_id:
            return case, each
    raise Refused("letters.prepared-over", N_("This prepared order does not wait any more."))


def settle(order: PreparedView, state: PreparedState, *, at: datetime) -> None:
    """Say what became of an order that waited."""
    end_waiting(order.referral_id, state, at=at)


def end_waiting(referral_id: UUID, state: PreparedState, *, at: datetime) -> None:
    PreparedOrder.objects.filter(referral_id=referral_id, state=PreparedState.WAITING.value).update(
        state=state.value, ended_at=at
    )
