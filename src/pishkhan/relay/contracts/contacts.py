"""How the exchange with each other node stands, and bags that are carried for neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from uuid import UUID

from pishkhan.relay.contracts import Depth

UNHEARD_LINE, UNHEARD_STICK = timedelta(days=1), timedelta(days=7)
"""After these a node is silent: over a line it calls many times a day, and a stick goes out once
or twice a week."""


class CarriedState(StrEnum):
    """How far a neighbour's bag is that this node carries to the centre.

    WAITS: it goes with the next contact. REFUSED: the centre does not take it. TAKEN: it did, and
    its own bag for the neighbour is awaited. BACK: that came, for the neighbour to take home.
    """

    WAITS = "waits"
    REFUSED = "refused"
    TAKEN = "taken"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class CarriedBag:
    """A neighbour's bag, or what is known of it; `size` in bytes, `reason` a code if REFUSED."""

    origin: UUID
    state: CarriedState
    size: int
    reason: str
    path: Path


@dataclass(frozen=True, slots=True)
class ContactView:
    """How the exchange with another node stands.

    `waiting` is what it has not said to have; `said_at` when its newest bundle was made, by its
    clock; `holes` are numbers known to be missing of what it sent. `notice` is a code.
    """

    node: UUID
    name: str
    revoked: bool
    waiting: Depth
    made: int
    made_at: datetime | None
    heard: int
    heard_at: datetime | None
    said_at: datetime | None
    holes: int
    suspended: bool
    notice: str = ""
    line: LineView | None = None

    @property
    def contact_at(self) -> datetime | None:
        """Return when the other node was last in touch, by a bag or over the line."""
        reached = self.line.reached_at if self.line else None
        return max((at for at in (self.heard_at, reached) if at is not None), default=None)

    @property
    def by_line(self) -> bool:
        """Return whether the two have a line, and not only bags that somebody carries."""
        return self.line is not None and (self.line.calls or self.line.reached_at is not None)

    def is_silent(self, now: datetime) -> bool:
        """Return whether it was in touch once, and now for longer not than its way explains."""
        usual = UNHEARD_LINE if self.by_line else UNHEARD_STICK
        return self.contact_at is not None and now - self.contact_at > usual


@dataclass(frozen=True, slots=True)
class LineView:
    """How the line to another node stands; a village's node calls, its centre is called.

    `ahead` is by how many seconds the other's clock is ahead of this one's. `reason` is the code
    of what the last call failed by, "" if it did not; `next_at` when this node calls by itself.
    """

    calls: bool
    tried_at: datetime | None
    reached_at: datetime | None
    ahead: float | None
    reason: str = ""
    fails: int = 0
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallReport:
    """What one contact carried, in bags and their bytes; `ahead` as in LineView."""

    sent: int = 0
    sent_bytes: int = 0
    taken: int = 0
    taken_bytes: int = 0
    ahead: float = 0.0

    @property
    def idle(self) -> bool:
        """Return whether nothing waited on either side."""
        return not (self.sent or self.taken)


@dataclass(frozen=True, slots=True)
class Standing:
    """When another node was last heard, when it had made that bag, how many messages wait to go.

    `notice` is a code: why nothing is sent before a person rules. `ahead` is by how many seconds
    the other clock is ahead of this one's, as of the newest contact; 0 up to two minutes.
    """

    heard_at: datetime | None
    said_at: datetime | None
    waiting: int
    notice: str
    ahead: float = 0.0
