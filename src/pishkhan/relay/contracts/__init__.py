"""What the relay gives and takes: frozen shapes and enumerations, free of Django."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.kernel.i18n import Message


class CustodyState(StrEnum):
    """What an office is to an item. Only HELD makes it the active custodian."""

    HELD = "held"
    OFFERED = "offered"
    RELEASED = "released"
    HANDED_OVER = "handed_over"


RELAY_RESTORED = "relay.restored"
"""File in HOME by which a restore says that numbers were given after its copy was taken."""


class OutgoingState(StrEnum):
    """How far the sender knows its message to be."""

    PENDING = "pending"
    SENT = "sent"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    APPLIED = "applied"
    REFUSED = "refused"
    UNSENDABLE = "unsendable"


SETTLED = frozenset({OutgoingState.APPLIED, OutgoingState.REFUSED})
"""States that nothing the receiver says later can change."""


class InboundState(StrEnum):
    """RECEIVED: authentic, but a file it names is still on the way. VERIFIED: ready to apply."""

    RECEIVED = "received"
    VERIFIED = "verified"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    APPLIED = "applied"
    REFUSED = "refused"


class FateState(StrEnum):
    """Where a message is, in the few words a person needs."""

    QUEUED = "queued"
    PACKED = "packed"
    DELIVERED = "delivered"
    WAITING = "waiting"
    QUARANTINED = "quarantined"
    APPLIED = "applied"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Transfer:
    """One hop of an item from one custodian to the next."""

    id: UUID
    item: UUID
    hop: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """A verified envelope, as a handler gets it. `envelope_id` is hexadecimal SHA-256."""

    envelope_id: str
    outgoing_id: UUID
    kind: str
    version: int
    from_office: UUID
    to_office: UUID
    subject: UUID
    payload: dict[str, Any]
    blobs: tuple[str, ...]
    created_at: datetime
    transfer: Transfer | None
    origin: UUID


@dataclass(frozen=True, slots=True)
class Refusal:
    """A message that its receiver refused for good, as its sender's handler hears of it.

    `item` is what the message offered: custody of it is with `from_office` again.
    """

    message: UUID
    kind: str
    from_office: UUID
    to_office: UUID
    subject: UUID
    item: UUID | None
    reason: str


@dataclass(frozen=True, slots=True)
class EpochBegun:
    """The epoch that this node is in now, its key's id, and how many messages are sent anew."""

    epoch: int
    key: str
    messages: int


@dataclass(frozen=True, slots=True)
class NewMessage:
    """One message for `send_many`; the fields are those of `send`."""

    from_office: UUID
    to_office: UUID
    kind: str
    version: int
    payload: dict[str, Any]
    subject: UUID
    blobs: tuple[str, ...] = ()
    after: tuple[UUID, ...] = ()
    transfer: Transfer | None = None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message; `message` says it, `blocked_by` names what it waits for."""

    state: FateState
    message: Message
    at: datetime | None
    reason: str = ""
    blocked_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A message on its way, for the office that sent it."""

    outgoing_id: UUID
    subject: UUID
    kind: str
    to_office: UUID
    created_at: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class QuarantineRow:
    """An envelope that needs a person: what stopped it and how often it was tried."""

    id: int
    envelope_id: str
    message_id: UUID
    from_office: UUID
    to_office: UUID
    kind: str
    subject: UUID
    reason: str
    exception: str
    attempts: int
    received_at: datetime
    message: Message
    remedy: Message | None = None


@dataclass(frozen=True, slots=True)
class Depth:
    """How many messages are somewhere, and since when the oldest of them is (None: there is none).

    The count ends at 10,000: so many or more.
    """

    count: int
    oldest: datetime | None

    def older_than(self, limit: timedelta, now: datetime) -> int:
        """Return the oldest one's age in whole minutes if it is above the limit, else 0."""
        age = timedelta() if self.oldest is None else now - self.oldest
        return age // timedelta(minutes=1) if age > limit else 0


@dataclass(frozen=True, slots=True)
class Depths:
    """What lies in the post: not carried yet; arrived and not taken in; stopped for a person."""

    to_carry: Depth
    held: Depth
    stopped: Depth


@dataclass(frozen=True, slots=True)
class StreamView:
    """One stream as this node knows it; `holes` are missing ranges, both ends included."""

    origin: UUID
    epoch: int
    destination: UUID
    outgoing: bool
    last: int
    received_upto: int
    applied_upto: int
    holes: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class BundleMade:
    """A bundle that was written: where, its number, and what lies in it; `size` in bytes.

    `left` are files that the other node lacks and that were left for a later one.
    """

    path: Path
    node: UUID
    number: int
    envelopes: int
    files: int
    size: int
    left: int = 0


class BundleFate(StrEnum):
    """What became of a bundle that was found in a folder.

    PARTLY: some of its parts are damaged or missing, the rest was taken. ELSEWHERE: it is for
    another node and was left as it lay. OWN: this node made it. REFUSED: nothing was taken.
    """

    TAKEN = "taken"
    PARTLY = "partly"
    ELSEWHERE = "elsewhere"
    OWN = "own"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class BundleTaken:
    """What was taken out of a bundle; `known` envelopes were here before.

    `reason` is a code where the bundle was refused; `rejected` are envelopes not believed, `lost`
    the parts that are missing or damaged. `origin`, `number` and `made` are None if unreadable.
    """

    name: str
    fate: BundleFate
    origin: UUID | None = None
    number: int | None = None
    made: datetime | None = None
    new: int = 0
    known: int = 0
    rejected: int = 0
    files: int = 0
    lost: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepReport:
    """What one round did, in envelopes."""

    packed: int = 0
    unsendable: int = 0
    carried: int = 0
    rejected: int = 0
    applied: int = 0
    waiting: int = 0
    refused: int = 0
    quarantined: int = 0
    acknowledged: int = 0

    @property
    def idle(self) -> bool:
        """Return True when the round found nothing to do."""
        return not any(getattr(self, f.name) for f in fields(self))

    def __add__(self, other: StepReport) -> StepReport:
        return StepReport(
            *(getattr(self, f.name) + getattr(other, f.name) for f in fields(StepReport))
        )
