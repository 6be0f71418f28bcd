"""Shapes of registration: what a letter is registered with, and its number."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.directory.contracts.terms import Table
from pishkhan.letters.contracts import Relation
from pishkhan.web.api.shapes.common import Day, Given, Line, Number, Told, Year


class LinkGiven(Given):
    """A letter that this one answers or follows: its number, Jalali year and sender."""

    relation: Relation
    number: Annotated[str, Field(min_length=1, max_length=40)]
    year: Year
    sender: Annotated[str, Field(max_length=200)] = ""


class Registration(Given):
    """The sender's own number and day, where the letter bears them, and linked letters."""

    sender_number: Annotated[str, Field(max_length=40)] = ""
    sender_date: Day | None = None
    links: Annotated[list[LinkGiven], Field(max_length=20)] = Field([])
    terms: Annotated[
        dict[Table, Annotated[str, Field(max_length=24)]],
        Field(description="Codes of the tables kind, subject, way and copy."),
    ] = Field({})
    series: Annotated[
        UUID | None, Field(description="The indicator; None: the one that its rules say.")
    ] = None


class NumberTold(Told):
    number: int
    year: int
    text: str
    at: datetime


class NumberVoided(Given):
    year: Year
    number: Number
    reason: Line
    series: Annotated[
        UUID | None, Field(description="Its indicator; None: the secretariat's first one.")
    ] = None
