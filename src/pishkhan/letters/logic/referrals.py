"""What several deeds do to referrals: end them, mark them seen, say who holds the letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState
from pishkhan.letters.models import Arrival, Draft, Referral


def end_referrals(
    referrals: Iterable[Referral], state: ReferralState, *, at: datetime, outcome: str = ""
) -> None:
    """End open referrals; the letter's holder is for `settle_holder` to say."""
    for row in referrals:
        row.state, row.outcome, row.ended_at = state.value, outcome, at
        row.folder = rules.folder_of(state, Purpose(row.purpose))
        row.save(update_fields=["state", "outcome", "ended_at", "folder"])


def close_all(arrival: Arrival, *, at: datetime) -> None:
    """End whatever is open when a letter is answered, closed or withdrawn."""
    Referral.objects.filter(arrival=arrival, state=ReferralState.OPEN.value).update(
        state=ReferralState.CLOSED.value, ended_at=at, folder="done"
    )
    arrival.holder_post_id, arrival.holder, arrival.deadline = None, "", None


def abandon_drafts(arrival: Arrival, *, but: UUID | None = None) -> None:
    """Give up every draft that did not go out."""
    unsent = Q(state__in=[s.value for s in rules.LIVE_DRAFT | rules.UNSENT_DRAFT])
    drafts = Draft.objects.filter(unsent, arrival=arrival)
    if but is not None:
        drafts = drafts.exclude(pk=but)
    drafts.update(state=DraftState.ABANDONED.value)


def mark_seen(referrals: Iterable[Referral], *, at: datetime) -> None:
    """Note that the receiver has the letter before him; a deed says so as well as opening."""
    unseen = [row.id for row in referrals if row.seen_at is None]
    if unseen:
        Referral.objects.filter(pk__in=unseen, seen_at=None).update(seen_at=at)


def settle_holder(arrival: Arrival) -> None:
    """Say on the arrival who has it now: the newest open referral to act as principal or to sign.

    Nobody, when there is none, and the secretariat's list shows that. Does not save the arrival.
    """
    found = (
        Referral.objects.filter(
            Q(purpose=Purpose.ACTION.value, principal=True) | Q(purpose=Purpose.SIGNATURE.value),
            arrival=arrival,
            state=ReferralState.OPEN.value,
        )
        .order_by("-id")
        .values_list("to_post_id", "to_title", "deadline")
        .first()
    )
    arrival.holder_post_id, arrival.holder, arrival.deadline = found or (None, "", None)
