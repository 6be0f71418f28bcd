"""A counter's day: what each clerk did, what he took, and what is still open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pishkhan.kernel.money import Money
from pishkhan.letters.contracts.counter import SubmissionRow
from pishkhan.letters.contracts.enums import PayWay


@dataclass(frozen=True, slots=True)
class Takings:
    """What was taken in one way: the state's fee is one thing, the commission another."""

    way: PayWay
    letters: int
    state: Money
    commission: Money


@dataclass(frozen=True, slots=True)
class ClerkDay:
    """What one clerk did on a day at his counter.

    `unprinted` are receipts of that day that were to be printed and were not. `unsent` and
    `returned` are letters he accepted on whatever day that are not with the agency yet, or came
    back for completion, as it stands now.
    """

    ref: str
    name: str
    accepted: int = 0
    handed_over: int = 0
    unprinted: int = 0
    unsent: int = 0
    returned: int = 0
    takings: tuple[Takings, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """That a clerk closed his day, with what he confirmed; `no` counts a day's closings from 1."""

    id: UUID
    clerk_name: str
    day: date
    no: int
    at: datetime
    accepted: int
    handed_over: int
    cash: Money
    unsent: int
    unprinted: int
    parked: int
    note: str


@dataclass(frozen=True, slots=True)
class CounterDay:
    """A counter's day; `mine` is the asking clerk's line, which stands first in `clerks`."""

    day: date
    mine: ClerkDay
    clerks: tuple[ClerkDay, ...]
    ready: int
    """Letters of the counter whose answer lies here; it stops at `CounterToday.MOST`."""
    unprinted: tuple[SubmissionRow, ...]
    """The asking clerk's letters of the day without a receipt on paper, at most MOST_SHOWN."""
    closings: tuple[Closing, ...]
    """All of the counter's of that day, oldest first."""
