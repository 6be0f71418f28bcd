"""What became of the notices about a letter, in plain words."""

from __future__ import annotations

from uuid import UUID

from pishkhan.kernel.errors import N_
from pishkhan.kernel.i18n import Message
from pishkhan.notices.contracts import Channel, NoticeFate, NoticeState, Pattern
from pishkhan.notices.logic import provider
from pishkhan.notices.logic.masks import masked
from pishkhan.notices.models import Notice

_WORDS = {
    NoticeState.QUEUED: N_("In the queue."),
    NoticeState.SENDING: N_("Being sent."),
    NoticeState.SENT: N_("Sent."),
    NoticeState.NOT_CONFIGURED: N_("Kept: this office has no provider for it yet."),
    NoticeState.GIVEN_UP: N_("Not sent, though it was tried many times."),
    NoticeState.EXPIRED: N_("Not sent in time; it is of no use any more."),
}
_REASONS = {
    provider.BAD_URL: N_("Kept: the provider's address in the settings is not right."),
    provider.NO_ANSWER: N_("The provider did not answer; it is tried again."),
    provider.NOT_TAKEN: N_("The provider did not take it; it is tried again."),
}


def fates(subject: UUID) -> list[NoticeFate]:
    """Return the notices about a subject, newest first."""
    found = Notice.objects.filter(subject=subject).order_by("-id")[:100]
    return [_fate(notice) for notice in found]


def words(state: NoticeState, reason: str) -> Message:
    """Return what is to be said of a notice in this state, with this reason's code."""
    if state in {NoticeState.QUEUED, NoticeState.NOT_CONFIGURED} and reason in _REASONS:
        return Message(_REASONS[reason])
    return Message(_WORDS[state])


def _fate(notice: Notice) -> NoticeFate:
    state = NoticeState(notice.state)
    return NoticeFate(
        id=notice.id,
        channel=Channel(notice.channel),
        pattern=Pattern(notice.pattern),
        masked_to=masked(notice.channel, notice.recipient),
        state=state,
        at=notice.settled_at or notice.created_at,
        attempts=notice.attempts,
        reason=words(state, notice.reason),
    )
