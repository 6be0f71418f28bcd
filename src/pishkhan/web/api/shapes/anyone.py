"""Shapes of what a citizen may ask by code and number."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.web.api.shapes.common import Given, Told, Word


class Pair(Given):
    """A tracking code and the applicant's number: both right, or nothing is told."""

    tracking_code: Word
    national_id: Word


class PublicStep(Told):
    kind: StepKind
    at: datetime


class Tracked(Told):
    """Where a letter stands, as its applicant may know it."""

    tracking_code: str
    state: SubmissionState
    agency_name: str
    counter_name: str
    number_text: str
    since: datetime
    accepted_at: datetime
    missing: str
    missing_until: date | None
    steps: list[PublicStep]
    answered: bool
    answer_by_code: Annotated[
        bool, Field(description="Whether a one-time code can be sent for the answer's text.")
    ]
    proof: Annotated[
        str, Field(description="For half an hour it stands for the pair in the calls below.")
    ]


Proof = Annotated[str, Field(min_length=1, max_length=120)]


class Proven(Given):
    """What `track` told."""

    proof: Proof


class ProvenAnswer(Proven):
    """What `track` told, and which answer; without one the newest."""

    answer: UUID | None = None


class ProofFile(Told):
    """The whole proof of an acceptance or an answer (C2SP tlog-proof), which shows no person."""

    text: str


class ProvenWithCode(Proven):
    """What `track` told, and the one-time code that the applicant's mobile got."""

    one_time_code: Word


class CodeSent(Told):
    """To which mobile the code went, and until when it is good."""

    masked_mobile: str
    until: datetime
    shown: Annotated[
        str, Field(description="The code, in a demonstration, where nothing is sent; else empty.")
    ]
