"""Reading who stands in for whom: deputies, office chiefs, signers per pro."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from pishkhan.directory.contracts import Actor, Seat, SeatKind
from pishkhan.directory.contracts.stand_ins import (
    SEATED,
    Hand,
    StandInKind,
    StandInRow,
    StandInScope,
)
from pishkhan.directory.logic.clearances import level_of
from pishkhan.directory.logic.common import holds_at
from pishkhan.directory.models import StandIn
from pishkhan.kernel import clock

POST_COLUMNS = (
    "title",
    "can_sign",
    "can_initial",
    "can_refer_free",
    "can_dispatch",
    "is_clerk",
    "secretariat_id",
    "secretariat__name",
    "secretariat__agency_id",
    "secretariat__agency__name",
    "secretariat__kind",
)
"""What an actor on a post needs of it, in the order in which `who` reads them."""

MOST_SHOWN = 50
"""Stand-ins of a post on one page; the oldest that are over are left out."""


def seated_stand_in(
    user_id: UUID, stand_in_id: UUID, now: datetime
) -> tuple[Hand, StandInScope, str, str, str, list[Any]] | None:
    """Return hand, scope, name, language, his own clearance, and the post's columns; None else.

    He may sit there when he holds the standing-in post now, both posts are open and the period
    runs. One query.
    """
    row = (
        seated(user_id, now)
        .filter(pk=stand_in_id)
        .annotate(clearance=level_of(user_id, now))
        .values_list(
            "id",
            "kind",
            "by_post_id",
            "by_post__title",
            "until_at",
            "scope",
            "present__user__full_name",
            "present__user__language",
            "clearance",
            "approves",
            "kinds",
            "for_post_id",
            *(f"for_post__{name}" for name in POST_COLUMNS),
        )
        .first()
    )
    if row is None:
        return None
    period = (row[0], StandInKind(row[1]), row[2], row[3], row[4])
    hand = Hand(*period, approves=row[9], kinds=tuple(row[10]))
    return hand, StandInScope(row[5]), row[6], row[7], row[8], list(row[11:])


def stand_in_seats(user_id: UUID) -> list[Seat]:
    """Return the posts of others at whose cartable the person may sit down now. One query."""
    rows = (
        seated(user_id, clock.current().now())
        .order_by("from_at", "id")
        .values_list("id", "kind", "until_at", "for_post__title", "for_post__agency__name")
    )
    return [
        Seat(id_, SeatKind.POST, title, agency, StandInKind(kind), until)
        for id_, kind, until, title, agency in rows
    ]


def stand_ins(actor: Actor) -> list[StandInRow]:
    """Return the present and coming stand-ins for the actor's own post, and those it does itself.

    Nothing for a seat that is no post. One query.
    """
    own = actor.own_post_id
    if own is None:
        return []
    return _rows(Q(for_post_id=own) | Q(by_post_id=own), ended=False)


def stand_ins_of(post_ids: Iterable[UUID]) -> list[StandInRow]:
    """Return who stands, stood and will stand in for these posts, the newest first. One query."""
    return _rows(Q(for_post_id__in=list(post_ids)), ended=True)


def stand_ins_at(post_ids: Iterable[UUID]) -> list[StandInRow]:
    """Return the present and coming stand-ins for these posts, and those they do. One query."""
    wanted = list(post_ids)
    return _rows(Q(for_post_id__in=wanted) | Q(by_post_id__in=wanted), ended=False)


def signs_per_pro_for(actor: Actor) -> list[StandInRow]:
    """Return the stand-ins by which the actor may sign per pro now: at his own desk only.

    The post for which he signs must itself be open and may sign. One query.
    """
    if actor.hand is not None or actor.post_id is None or actor.user_id is None:
        return []
    now = clock.current().now()
    return _rows(
        Q(by_post_id=actor.post_id, kind=StandInKind.PER_PRO.value, from_at__lte=now)
        & Q(for_post__can_sign=True, for_post__active=True, by_post__active=True),
        ended=False,
    )


def seated(user_id: UUID, now: datetime) -> QuerySet[StandIn]:
    """Return the stand-ins by which a person sits at another's cartable at a moment."""
    return StandIn.objects.annotate(
        present=FilteredRelation(
            "by_post__holdings", condition=holds_at(now, "by_post__holdings__")
        )
    ).filter(
        holds_at(now),
        kind__in=sorted(SEATED),
        for_post__active=True,
        by_post__active=True,
        present__user_id=user_id,
        present__user__is_active=True,
    )


def _rows(which: Q, *, ended: bool) -> list[StandInRow]:
    now = clock.current().now()
    rows = StandIn.objects.annotate(
        holder=FilteredRelation(
            "for_post__holdings", condition=holds_at(now, "for_post__holdings__")
        ),
        present=FilteredRelation(
            "by_post__holdings", condition=holds_at(now, "by_post__holdings__")
        ),
    ).filter(which)
    if not ended:
        rows = rows.filter(Q(until_at=None) | Q(until_at__gt=now) & Q(until_at__gt=F("from_at")))
    found = rows.order_by("-from_at", "-id").values_list(
        "id",
        "kind",
        "scope",
        "for_post_id",
        "for_post__title",
        "holder__user__full_name",
        "by_post_id",
        "by_post__title",
        "present__user__full_name",
        "from_at",
        "until_at",
        "basis",
        "approves",
        "kinds",
    )[:MOST_SHOWN]
    return [
        StandInRow(
            row[0],
            StandInKind(row[1]),
            StandInScope(row[2]),
            row[3],
            row[4],
            row[5] or "",
            row[6],
            row[7],
            row[8] or "",
            row[9],
            row[10],
            row[11],
            row[12],
            tuple(row[13]),
        )
        for row in found
    ]
