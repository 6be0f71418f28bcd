"""What `notices` gives and takes: frozen shapes and enumerations, free of Django."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.kernel.i18n import Message


class Channel(StrEnum):
    SMS = "sms"
    EMAIL = "email"


class Pattern(StrEnum):
    """The texts that may be sent; providers approve them once, so each has a lasting name.

    Parameters, all texts: ACCEPTED, HANDED_OVER, HANDED_TO_PROXY, SET_ASIDE and TRANSFERRED
    `code` (tracking code); RETURNED `missing` and `until` (ISO day, or empty); ONE_TIME_CODE
    `code`; READY none. More are ignored.
    """

    ACCEPTED = "accepted"
    RETURNED = "returned"
    READY = "ready"
    HANDED_OVER = "handed_over"
    HANDED_TO_PROXY = "handed_to_proxy"
    ONE_TIME_CODE = "one_time_code"
    SET_ASIDE = "set_aside"
    TRANSFERRED = "transferred"


class NoticeState(StrEnum):
    """NOT_CONFIGURED waits for a provider; GIVEN_UP was tried to the end; EXPIRED came to nothing
    because it would have been useless by now."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    NOT_CONFIGURED = "not_configured"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class NoticeFate:
    """What became of a notice; the recipient is shown in part only."""

    id: UUID
    channel: Channel
    pattern: Pattern
    masked_to: str
    state: NoticeState
    at: datetime
    attempts: int
    reason: Message


@dataclass(frozen=True, slots=True)
class Tally:
    """How many notices stand where; each number ends at 10,000: so many or more.

    `retried` are those of `queued` that a provider did not take yet; `sent` and `failed` are of
    the last day. `oldest` is when the oldest of what is queued was written.
    """

    queued: int
    retried: int
    kept: int
    sent: int
    failed: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A notice that was not sent (yet), without its recipient; `subject` leads to its letter."""

    subject: UUID
    channel: Channel
    pattern: Pattern
    state: NoticeState
    at: datetime
    attempts: int
    reason: Message


@dataclass(frozen=True, slots=True)
class NoticeReport:
    """What one round did, in notices."""

    sent: int = 0
    retried: int = 0
    given_up: int = 0
    expired: int = 0
    not_configured: int = 0
    requeued: int = 0

    @property
    def idle(self) -> bool:
        """Return True when the round found nothing to do."""
        return not any(getattr(self, f.name) for f in fields(self))

    def __add__(self, other: NoticeReport) -> NoticeReport:
        return NoticeReport(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(NoticeReport))
        )
