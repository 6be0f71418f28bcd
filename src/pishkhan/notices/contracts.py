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
    `code`; READY none; STATUS `state` (one of `Standing`) and `code`; TRACK_HERE `site` (an
    address, or empty). More are ignored.
    """

    ACCEPTED = "accepted"
    RETURNED = "returned"
    READY = "ready"
    HANDED_OVER = "handed_over"
    HANDED_TO_PROXY = "handed_to_proxy"
    ONE_TIME_CODE = "one_time_code"
    SET_ASIDE = "set_aside"
    TRANSFERRED = "transferred"
    STATUS = "status"
    TRACK_HERE = "track_here"


URGENT = frozenset({Pattern.ONE_TIME_CODE, Pattern.STATUS, Pattern.TRACK_HERE})
"""What somebody waits for with the phone in his hand: it goes at any hour."""


class Language(StrEnum):
    """In which a message is written."""

    PERSIAN = "fa"
    ENGLISH = "en"


class Standing(StrEnum):
    """What an SMS says of where a letter stands; letters' states, as the applicant needs them."""

    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    ANSWERED = "answered"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set_aside"
    TRANSFERRED = "transferred"


class NoticeState(StrEnum):
    """NOT_CONFIGURED waits for a provider; GIVEN_UP was tried to the end; EXPIRED came to nothing
    because it would have been useless by now; UNSURE was told to a provider that did not say
    whether it took it: it may have gone, so nobody sends it again unasked."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    NOT_CONFIGURED = "not_configured"
    GIVEN_UP = "given_up"
    EXPIRED = "expired"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class NoticeFate:
    """What became of a notice; the recipient is shown in part only.

    `carried_by` names the provider that took it, or was told it last; `waits_until` is set while
    quiet hours hold it back; `again` says that a person may have it sent once more.
    """

    id: UUID
    channel: Channel
    pattern: Pattern
    masked_to: str
    state: NoticeState
    at: datetime
    attempts: int
    reason: Message
    carried_by: str = ""
    waits_until: datetime | None = None
    again: bool = False


@dataclass(frozen=True, slots=True)
class ProviderView:
    """A provider as the administrator sees it: `no` from 1 in the order in which they are asked.

    `name` is its host or its kind, never its key. `by_pattern`: it takes a pattern's ID and the
    parameters, no text. `fault` is a code, "" when it can be used.
    """

    no: int
    name: str
    by_pattern: bool
    fault: str


@dataclass(frozen=True, slots=True)
class PatternView:
    """One text that a provider approves: how it reads, and the IDs it got, by provider."""

    pattern: Pattern
    language: Language
    text: str
    params: tuple[str, ...]
    ids: dict[int, str]


@dataclass(frozen=True, slots=True)
class Tally:
    """How many notices stand where; each number ends at 10,000: so many or more.

    `retried` are those of `queued` that a provider did not take yet, `quiet` those that wait for
    the morning; `sent`, `failed` and `unsure` are of the last day. `oldest` is when the oldest of
    what is queued was written.
    """

    queued: int
    retried: int
    kept: int
    sent: int
    failed: int
    oldest: datetime | None
    quiet: int = 0
    unsure: int = 0


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
    unsure: int = 0
    put_off: int = 0

    @property
    def idle(self) -> bool:
        """Return True when the round found nothing to do."""
        return not any(getattr(self, f.name) for f in fields(self))

    def __add__(self, other: NoticeReport) -> NoticeReport:
        return NoticeReport(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(NoticeReport))
        )
