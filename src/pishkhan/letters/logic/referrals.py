"""What several deeds do to referrals: end them, mark them seen, say who holds the letter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState, StepKind
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
    unread = [row.id for row in referrals if is_unread(row)]
    if unread:
        Referral.objects.filter(pk__in=unread).update(seen_at=at)


def is_unread(row: Referral) -> bool:
    """Say whether the receiver has not seen it, or not since news of the letter came."""
    return row.seen_at is None or (row.news_at is not None and row.news_at > row.seen_at)


def tell_news(referrals: Iterable[Referral], kind: StepKind, *, at: datetime) -> None:
    """Lead referrals to the head of their cartable, unread, with the time and kind of the news.

    Their receivers looked at the letter before and would not look again: a paper that was missing
    has come, the applicant withdraws, the counter refused the answer.
    """
    for row in referrals:
        row.turn, row.news, row.news_at = new_id(), kind.value, at
        row.save(update_fields=["turn", "news", "news_at"])


def open_referrals(arrival: Arrival) -> list[Referral]:
    """Return the referrals of a letter that lie open, locked."""
    rows = Referral.objects.select_for_update().filter(
        arrival=arrival, state=ReferralState.OPEN.value
    )
    return list(rows.order_by("id"))


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
