"""What became of the notices about a letter, in plain words."""

from __future__ import annotations

from uuid import UUID

from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_
from pishkhan.kernel.i18n import Message
from pishkhan.notices.contracts import Channel, NoticeFate, NoticeState, Pattern
from pishkhan.notices.logic import configured, providers
from pishkhan.notices.logic.masks import masked
from pishkhan.notices.models import Notice

_WORDS = {
    NoticeState.QUEUED: N_("In the queue."),
    NoticeState.SENDING: N_("Being sent."),
    NoticeState.SENT: N_("Sent."),
    NoticeState.NOT_CONFIGURED: N_("Kept: this office has no provider for it yet."),
    NoticeState.GIVEN_UP: N_("Not sent, though it was tried many times."),
    NoticeState.EXPIRED: N_("Not sent in time; it is of no use any more."),
    NoticeState.UNSURE: N_("It may have gone: the provider did not say. It is not sent twice."),
}
_REASONS = {
    providers.BAD_URL: N_("Kept: the provider's address in the settings is not right."),
    providers.NO_ANSWER: N_("The worker stopped meanwhile; it is tried again."),
    providers.NO_PATTERN: N_("Kept: the provider's ID for this message is not set."),
    providers.NOT_REACHED: N_("The provider could not be reached; it is tried again."),
    providers.NOT_TAKEN: N_("The provider did not take it; it is tried again."),
    configured.PUT_OFF: N_("It waits for the morning: no SMS is sent in the quiet hours."),
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
    put_off = state is NoticeState.QUEUED and notice.reason == configured.PUT_OFF
    waits = put_off and notice.not_before > clock.current().now()
    return NoticeFate(
        id=notice.id,
        channel=Channel(notice.channel),
        pattern=Pattern(notice.pattern),
        masked_to=masked(notice.channel, notice.recipient),
        state=state,
        at=notice.settled_at or notice.created_at,
        attempts=notice.attempts,
        reason=words(state, notice.reason),
        carried_by=notice.carried_by,
        waits_until=notice.not_before if waits else None,
        again=state is NoticeState.UNSURE and "•" not in notice.recipient,
    )
