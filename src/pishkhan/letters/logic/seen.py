"""How far an internal letter has come before each of its receivers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pishkhan.letters.contracts import CopyState, ReferralState
from pishkhan.letters.models import Addressee, Arrival, Referral


def deadline_of(row: Arrival) -> date | None:
    """Return until when the receivers of an internal letter shall act."""
    given = row.official.get("deadline")
    return date.fromisoformat(given) if given else None


def seen_by(row: Arrival) -> dict[UUID, tuple[datetime | None, str]]:
    """Return, by post, when the letter was opened there and the state of its referral. One query.

    Nothing before it was delivered.
    """
    delivered = row.official.get("delivered")
    if not delivered:
        return {}
    found = Referral.objects.filter(arrival_id=delivered, parent__parent__isnull=True).exclude(
        parent=None
    )
    # Referred there anew later on, the first one is the letter's own.
    columns = found.order_by("-id").values_list("to_post_id", "seen_at", "state")
    return {post_id: (seen_at, state) for post_id, seen_at, state in columns}


def standing_of(each: Addressee, seen: dict[UUID, tuple[datetime | None, str]]) -> dict[str, Any]:
    """Return state and time as an addressee's view has them; a post's by what it did."""
    told = {"state": CopyState(each.state), "told_at": each.told_at}
    if each.post_id not in seen or each.state == CopyState.ANSWERED:
        return told
    seen_at, state = seen[each.post_id]
    if state in (ReferralState.DONE, ReferralState.CLOSED):
        return {"state": CopyState.DONE, "told_at": seen_at}
    if state == ReferralState.TAKEN_BACK:
        return {"state": CopyState.TAKEN_BACK, "told_at": None}
    return {"state": CopyState.UNSEEN if seen_at is None else CopyState.SEEN, "told_at": seen_at}
