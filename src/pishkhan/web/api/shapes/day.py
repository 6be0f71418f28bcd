"""Shapes of a counter's day and its closing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts import PayWay
from pishkhan.web.api.shapes.common import Day, Given, MoneyTold, OptionalLine, Told
from pishkhan.web.api.shapes.counter import SubmissionLine

Count = Annotated[int, Field(ge=0, le=1_000_000)]


class TakingsTold(Told):
    way: PayWay
    letters: int
    state: MoneyTold
    commission: MoneyTold


class ClerkDayTold(Told):
    """What one clerk did on the day, and what he has open now."""

    ref: str
    name: str
    accepted: int
    handed_over: int
    unprinted: int
    unsent: int
    returned: int
    takings: list[TakingsTold]


class ClosingTold(Told):
    id: UUID
    clerk_name: str
    day: date
    no: int
    at: datetime
    accepted: int
    handed_over: int
    cash: MoneyTold
    unsent: int
    unprinted: int
    parked: int
    note: str


class DayTold(Told):
    """`mine` is this seat's own line."""

    day: date
    mine: ClerkDayTold
    clerks: list[ClerkDayTold]
    ready: int
    unprinted: list[SubmissionLine]
    closings: list[ClosingTold]


class DayGiven(Given):
    """The figures of `mine` as they were shown."""

    accepted: Count
    handed_over: Count
    day: Day | None = None
    note: OptionalLine = ""
