"""Shapes of circulars: to whom, and who has taken note."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.directory.contracts.bodies import BodiesKind
from pishkhan.letters.contracts import CopyState, Urgency
from pishkhan.web.api.shapes.agency import AnswerText
from pishkhan.web.api.shapes.common import Given, Line, Told


class CircularGiven(Given):
    """A letter to all bodies of a kind below an agency: the seat's own, or one below it."""

    bodies: BodiesKind = BodiesKind.BELOW
    agency_id: UUID
    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    subject: Line
    body: AnswerText
    urgency: Urgency = Urgency.NORMAL


class CircularLine(Told):
    """`noted` counts who has taken note of one that was sent from here."""

    id: UUID
    subject: str
    from_name: str
    to_name: str
    number_text: str
    at: datetime
    size: int
    noted: int
    acknowledged_at: datetime | None
    acknowledged_by: str
    reminded_at: datetime | None


class ReceiverLine(Told):
    seq: int
    agency_name: str
    state: CopyState
    number_text: str
    acknowledged_at: datetime | None
    acknowledged_by: str


class Receivers(Told):
    """`more`: others follow; ask again with the last one's `seq` as `after`."""

    rows: list[ReceiverLine]
    more: bool


class Reminded(Told):
    receivers: int
