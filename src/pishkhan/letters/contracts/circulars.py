"""Circulars (بخشنامه): one letter to many bodies, and who has taken note of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.letters.contracts.enums import CopyState


class CircularFolder(StrEnum):
    """Lists of circulars."""

    WAITING = "waiting"  # to be taken note of
    NOTED = "noted"
    SENT = "sent"  # written here


@dataclass(frozen=True, slots=True)
class CircularRow:
    """A circular in a list; `from_name` is who wrote it, `number_text` the writer's number."""

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
    gone: bool


@dataclass(frozen=True, slots=True)
class ReceiverRow:
    """One body that a circular goes to: how far it came, who took note of it and when."""

    seq: int
    agency_name: str
    state: CopyState
    number_text: str
    acknowledged_at: datetime | None
    acknowledged_by: str


@dataclass(frozen=True, slots=True)
class CircularView:
    """A circular as the letter's page says it."""

    name: str
    size: int
    noted: int
    acknowledged_at: datetime | None
    acknowledged_by: str
    reminded_at: datetime | None
    reminders: int
