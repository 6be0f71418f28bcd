"""Circulars, read: what waits to be noted, what was sent and who has taken note of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from pishkhan.directory.contracts import Actor, OfficeKind, Right
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page, bounded, encode_cursor, last_id
from pishkhan.letters.access import arrival_for, cleared, opens_to
from pishkhan.letters.contracts import CopyState, ReferralState, Way
from pishkhan.letters.contracts.circulars import CircularFolder, CircularRow, ReceiverRow
from pishkhan.letters.models import Addressee, Arrival, Circular, Draft, Referral

MOST = 100
RECEIVER = (
    "seq",
    "agency_name",
    "state",
    "number_text",
    "acknowledged_at",
    "acknowledged_by",
)


def circulars(
    actor: Actor, folder: CircularFolder, *, after: str | None = None, limit: int = 25
) -> Page[CircularRow]:
    """Return the circulars of a folder that the actor's seat may see, newest first.

    What waits for him is what his secretariat holds, or what lies before his post. Two queries.
    """
    rows = _of(actor, folder)
    if after is not None:
        rows = rows.filter(arrival_id__lt=last_id(after))
    limit = bounded(limit)
    found = list(rows.select_related("arrival").order_by("-arrival_id")[: limit + 1])
    shown = found[:limit]
    noted = _noted([row.arrival_id for row in shown]) if folder is CircularFolder.SENT else {}
    return Page(
        tuple(_row(row, noted.get(row.arrival_id, 0)) for row in shown),
        encode_cursor(str(shown[-1].arrival_id)) if len(found) > limit else None,
    )


def circulars_waiting(actor: Actor) -> int:
    """Return how many circulars wait to be noted by the actor; MOST means so many or more."""
    return len(_of(actor, CircularFolder.WAITING).order_by().values_list("arrival_id")[:MOST])


def circular_receivers(
    actor: Actor, arrival_id: UUID, *, noted: bool | None = None, after: int = -1, limit: int = MOST
) -> tuple[list[ReceiverRow], bool]:
    """Return receivers of a circular written here, in their order, and whether more follow.

    `noted` narrows to those who have taken note, or have not; `after` is the last one's `seq`.
    Raises NotFound (`letters.not-found`) also for what is no circular of the actor's office.
    """
    rows = receivers_of_circular(actor, arrival_id).filter(seq__gt=after)
    if noted is not None:
        rows = rows.filter(acknowledged_at__isnull=not noted)
    found = list(rows.order_by("seq").values_list(*RECEIVER)[: limit + 1])
    return [receiver(row) for row in found[:limit]], len(found) > limit


def receivers_of_circular(actor: Actor, arrival_id: UUID) -> QuerySet[Addressee]:
    """Return the rows of a circular's receivers at its writer; raises as `circular_receivers`."""
    arrival = arrival_for(actor, arrival_id)
    if arrival.way != Way.OUTGOING or not arrival.official.get("circular"):
        raise NotFound("letters.not-found")
    return Addressee.objects.filter(arrival=arrival)


def receiver(row: tuple[Any, ...]) -> ReceiverRow:
    """Return the columns of RECEIVER as a value."""
    seq, name, state, *rest = row
    return ReceiverRow(seq, name, CopyState(state), *rest)


def _of(actor: Actor, folder: CircularFolder) -> QuerySet[Circular]:
    """Return the rows of a folder; a seat that keeps a secretariat and a post sees both's."""
    office = actor.office
    mine = Q(pk__in=[])
    referred = Referral.objects.filter(arrival_id=OuterRef("arrival_id"))
    if actor.post_id is not None and Right.CARTABLE in actor.rights:
        seen = referred.filter(opens_to(actor.post_id))
        if folder is CircularFolder.WAITING:
            seen = seen.filter(state=ReferralState.OPEN.value)
        mine |= Q(Exists(seen))
        if folder is CircularFolder.SENT:
            written = Draft.objects.filter(
                arrival_id=OuterRef("arrival_id"), by_post_id=actor.post_id
            )
            mine |= Q(Exists(written))
    keeps = Right.SECRETARIAT in actor.rights
    if keeps and office is not None and office.kind is OfficeKind.SECRETARIAT:
        mine |= Q(secretariat_id=office.id)
    rows = Circular.objects.filter(mine, cleared(actor, "arrival__"))
    if folder is CircularFolder.SENT:
        return rows.filter(way=Way.OUTGOING.value)
    return rows.filter(
        way=Way.INCOMING.value, acknowledged_at__isnull=folder is CircularFolder.WAITING
    )


def _noted(ids: list[UUID]) -> dict[UUID, int]:
    rows = Addressee.objects.filter(arrival_id__in=ids, acknowledged_at__isnull=False)
    return dict(
        rows.order_by().values("arrival_id").annotate(n=Count("id")).values_list("arrival_id", "n")
    )


def _row(row: Circular, noted: int) -> CircularRow:
    arrival: Arrival = row.arrival
    outgoing = row.way == Way.OUTGOING
    return CircularRow(
        id=arrival.id,
        subject=arrival.subject,
        from_name=arrival.from_name,
        to_name=row.name,
        number_text=arrival.number_text if outgoing else arrival.sender_number,
        at=arrival.arrived_at,
        size=row.size,
        noted=noted,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        reminded_at=row.reminded_at,
        gone=bool(arrival.number_text) if outgoing else True,
    )
