"""Shapes of how a letter came to the counter: who brought it, who signed, in whose words."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from pishkhan.letters.contracts import (
    AnswerTo,
    Confirmed,
    IdKind,
    ProxyPaper,
    RecipientKind,
    Writing,
)
from pishkhan.web.api.shapes.common import Day, Given, Name, Told, Word


class BearerGiven(Given):
    """Who brings the letter: always somebody when the applicant is a legal person."""

    name: Name
    number: Word
    id_kind: IdKind = IdKind.NATIONAL
    paper: ProxyPaper
    paper_number: Annotated[str, Field(max_length=40)] = ""
    paper_date: Day | None = None


class SignerGiven(Given):
    name: Name
    number: Annotated[str, Field(max_length=40)] = ""
    id_kind: IdKind = IdKind.NATIONAL


class CircumstancesGiven(Given):
    """How the letter came, where that was not its applicant with a paper of his own.

    `others` signed besides the applicant: list them, or mark a page with role `signatures`. Words
    that were written for the applicant (`writing` is `clerk`) say how he `confirmed` them.
    """

    bearer: BearerGiven | None = None
    others: Annotated[int, Field(ge=0, le=99_999)] = 0
    signers: Annotated[list[SignerGiven], Field(max_length=1000)] = Field([])
    answer_to: AnswerTo = AnswerTo.FIRST
    writing: Writing | None = None
    confirmed: Confirmed | None = None
    originals: Annotated[list[Annotated[str, Field(max_length=80)]], Field(max_length=20)] = Field(
        []
    )
    originals_to: Literal[RecipientKind.APPLICANT, RecipientKind.BEARER] = RecipientKind.APPLICANT
    mobile_of: Annotated[str, Field(max_length=60)] = ""


class BearerTold(Told):
    name: str
    number: str
    id_kind: IdKind
    paper: ProxyPaper | None
    paper_number: str
    paper_date: date | None


class SignerTold(Told):
    name: str
    number: str
    id_kind: IdKind


class CircumstancesTold(Told):
    """How the letter came; to a counter's program with names masked and no numbers."""

    bearer: BearerTold | None
    others: int
    signers: list[SignerTold]
    answer_to: AnswerTo
    writing: Writing | None
    confirmed: Confirmed | None
    originals: list[str]
    originals_to: RecipientKind
    mobile_of: str
