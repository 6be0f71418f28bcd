"""Shapes of problems with an agency."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts.problems import ProblemBy, ProblemKind, ProblemRole
from pishkhan.web.api.shapes.common import Given, Told


class ProblemGiven(Given):
    kind: ProblemKind
    words: Annotated[str, Field(max_length=500)] = ""


class ProblemAnswered(Given):
    text: Annotated[str, Field(min_length=1, max_length=2_000)]


class ProblemMade(Told):
    id: UUID


class ProblemTold(Told):
    """`arrival_id` opens the letter where the seat's secretariat has it."""

    id: UUID
    role: ProblemRole
    kind: ProblemKind
    words: str
    by: ProblemBy
    tracking_code: str
    agency_name: str
    superior_name: str
    counter_name: str
    opened_at: datetime
    due: date
    overdue: bool
    answered_at: datetime | None
    answer: str
    answered_by: str
    arrival_id: UUID | None
