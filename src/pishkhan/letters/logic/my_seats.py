"""The seats of one person side by side, with how much waits at each. No writes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import OuterRef, Subquery

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters.access import cleared, post_of, secretariat_of
from pishkhan.letters.contracts import ArrivalState
from pishkhan.letters.contracts.posts import SeatAt
from pishkhan.letters.logic.arrivals import MOST_COUNTED
from pishkhan.letters.models import Arrival, Referral


def my_seats(actor: Actor) -> tuple[SeatAt, ...]:
    """Return where the person may sit, with how many letters wait there.

    His own seats first, then the posts he stands in for. What lies open or to be signed in a
    cartable waits, and what has arrived at a secretariat; each counted to 99, and only letters of
    classes that are open to him. Nothing for who has one seat: two queries, and a few more for each
    seat of who has several.
    """
    there = directory.seats(actor.user_id) if actor.user_id else []
    if actor.user_id is None or len(there) < 2:
        return ()
    found = []
    for seat in there:
        sitting = directory.actor_for(actor.user_id, seat.id)
        waits = 0 if sitting is None else _waits(sitting)
        kept = min(waits, MOST_COUNTED - 1)
        found.append(SeatAt(seat, kept, more=waits > kept, here=seat.id == actor.seat_id))
    return tuple(found)


def _waits(actor: Actor) -> int:
    waits = 0
    if Right.CARTABLE in actor.rights:
        waits += _laid(actor)
    if Right.SECRETARIAT in actor.rights:
        own = secretariat_of(actor).id
        waits += len(_ARRIVED.rows(secretariat=own, clearance=actor.clearance))
    return waits


def _laid(actor: Actor) -> int:
    if not actor.kinds:
        return len(_LAID.rows(post=post_of(actor), clearance=actor.clearance))
    rows = Referral.objects.filter(
        cleared(actor, "arrival__"), to_post_id=post_of(actor), folder__in=("open", "to_sign")
    )
    return len(rows.order_by().values_list("pk")[:MOST_COUNTED])


# A subquery and no join: the few letters that wait are looked up by their key, one by one.
_CLASS = Arrival.objects.filter(pk=OuterRef("arrival_id")).values("classification")
_LAID = Prepared(
    lambda post, clearance: (
        Referral.objects.annotate(of_class=Subquery(_CLASS))
        .filter(to_post_id=post, folder__in=("open", "to_sign"), of_class__lte=clearance)
        .order_by()
        .values_list("pk")[:MOST_COUNTED]
    ),
    post=UUID,
    clearance=str,
)
_ARRIVED = Prepared(
    lambda secretariat, clearance: (
        Arrival.objects.filter(
            secretariat_id=secretariat,
            state=ArrivalState.ARRIVED.value,
            classification__lte=clearance,
        )
        .order_by()
        .values_list("pk")[:MOST_COUNTED]
    ),
    secretariat=UUID,
    clearance=str,
)
