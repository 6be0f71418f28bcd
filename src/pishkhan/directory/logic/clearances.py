"""Reading who is cleared for what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.clearances import UNCLEARED, ClearanceRow
from pishkhan.directory.logic.common import holds_at
from pishkhan.directory.models import Clearance, Holding
from pishkhan.kernel import clock


def level_at(now: datetime, user: str = "user_id") -> Coalesce:
    """Return the expression for the clearance, at a moment, of the person of a row."""
    held = Clearance.objects.filter(holds_at(now), user_id=OuterRef(user))
    return Coalesce(Subquery(held.order_by("-level").values("level")[:1]), Value(UNCLEARED))


def level_of(user_id: UUID, now: datetime) -> Coalesce:
    """Return the expression for the clearance of one person at a moment."""
    held = Clearance.objects.filter(holds_at(now), user_id=user_id)
    return Coalesce(Subquery(held.order_by("-level").values("level")[:1]), Value(UNCLEARED))


def cleared_posts(post_ids: Iterable[UUID], level: str) -> set[UUID]:
    """Return those of the posts whose present holder is cleared for a class. One query.

    A vacant post is cleared for nothing but ordinary letters.
    """
    wanted = set(post_ids)
    if level <= UNCLEARED or not wanted:
        return wanted
    now = clock.current().now()
    # In one condition: period and class are of one and the same grant.
    found = Holding.objects.filter(
        holds_at(now),
        holds_at(now, "user__clearances__"),
        post_id__in=wanted,
        user__clearances__level__gte=level,
        user__is_active=True,
    )
    return set(found.values_list("post_id", flat=True))


def clearances_of(actor: Actor, user_id: UUID) -> list[ClearanceRow]:
    """Return the grants of a person, the newest first, for the administrator. One query."""
    actor.require(Right.ADMIN)
    now = clock.current().now()
    rows = Clearance.objects.filter(user_id=user_id).order_by("-from_at", "-id")
    return [_row(now, *row) for row in rows.values_list(*_COLUMNS)[:50]]


_COLUMNS = ("id", "level", "granted_by__full_name", "from_at", "until_at", "basis")


def _row(now: datetime, *row: Any) -> ClearanceRow:
    id_, level, by, from_at, until_at, basis = row
    holds = from_at <= now and (until_at is None or now < until_at)
    return ClearanceRow(id_, level, by or "", from_at, until_at, basis, holds)
