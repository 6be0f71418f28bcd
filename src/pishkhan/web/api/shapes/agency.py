"""Shapes of the agency's side: secretariat, cartable, drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from pishkhan.directory.contracts.terms import Table
from pishkhan.letters.contracts import (
    ArrivalState,
    Classification,
    CopyState,
    DraftState,
    LetterKind,
    Medium,
    Purpose,
    ReferralState,
    Relation,
    SignedAs,
    StepKind,
    Urgency,
    Way,
)
from pishkhan.web.api.shapes.circumstances import CircumstancesTold
from pishkhan.web.api.shapes.common import (
    Day,
    Given,
    Line,
    OptionalLine,
    Told,
)
from pishkhan.web.api.shapes.counter import ApplicantTold, PageTold, StepTold
from pishkhan.web.api.shapes.numbers import LinkGiven

MiddleLine = Annotated[str, Field(min_length=1, max_length=500)]
AnswerText = Annotated[str, Field(min_length=1, max_length=100_000)]


class ArrivalLine(Told):
    id: UUID
    tracking_code: str
    subject: str
    applicant_name: str
    others: int
    from_name: str
    kind: LetterKind
    urgency: Urgency
    classification: Classification
    state: ArrivalState
    number_text: str
    arrived_at: datetime
    deadline: date | None
    holder: str
    outcome: str


class Referral(Told):
    id: UUID
    parent_id: UUID | None
    from_title: str
    to_post_id: UUID
    to_title: str
    purpose: Purpose
    principal: bool
    instruction: str
    deadline: date | None
    at: datetime
    seen_at: datetime | None
    state: ReferralState
    outcome: str
    mine: bool
    ended_at: datetime | None
    recall_asked_at: datetime | None
    recall_reason: str
    recall_declined_at: datetime | None
    recall_answer: str
    reminded_at: datetime | None
    reminder: str


class DraftVersion(Told):
    no: int
    recipient: str
    subject: str
    body: str
    by_title: str
    at: datetime
    note: str
    initials: list[str]


class Draft(Told):
    id: UUID
    state: DraftState
    by_title: str
    versions: list[DraftVersion]
    signer_name: str
    signer_title: str
    signed_at: datetime | None
    key_id: str
    number_text: str
    send_back_note: str
    signed_as: SignedAs
    signed_for: str
    approved_by: str
    approved_at: datetime | None


class LinkTold(Told):
    relation: Relation
    number: str
    year: int
    sender: str


class CopyGiven(Given):
    agency_id: UUID
    phrase: Annotated[str, Field(max_length=120)] = ""


class AddresseesGiven(Given):
    """The receiver, and the agencies that get copies."""

    agency_id: UUID
    copies: Annotated[list[CopyGiven], Field(max_length=20)] = Field([])


class OutgoingGiven(AddresseesGiven):
    """A letter to another agency; `recipient` is the line over its text."""

    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    subject: Line
    body: AnswerText
    urgency: Urgency = Urgency.NORMAL
    classification: Classification = Classification.NORMAL
    enclosures_class: Classification = Classification.NORMAL
    links: Annotated[list[LinkGiven], Field(max_length=20)] = Field([])


class LetterMade(Told):
    id: UUID


class Addressee(Told):
    """Who gets the letter, or a copy of it; `state` is null where it is not known.

    Of an internal letter it is a post, and `agency_name` its title.
    """

    agency_name: str
    post_id: UUID | None
    copied: Annotated[bool, Field(validation_alias="copy")]
    phrase: str
    state: CopyState | None
    number_text: str


class Official(Told):
    """What the paper of an agency's letter says beside subject and text.

    `delivered` opens an internal letter as its receivers have it, for who wrote it.
    """

    agency_name: str
    internal: bool
    delivered: UUID | None
    signer_post: UUID | None
    addressees: list[Addressee]
    as_copy: bool
    phrase: str
    recipient: str
    signer_name: str
    signer_title: str
    dispatched_at: datetime | None


class PassedOn(Told):
    """An agency that had the letter before and transferred it."""

    agency_id: UUID
    agency_name: str
    number_text: str
    reason: str
    arrived_at: datetime
    at: datetime


class TermTold(Told):
    """What a letter bears of a table of the secretariat norm, named as it was then."""

    table: Table
    code: str
    fa: str
    en: str


class Arrival(Told):
    """A letter as the agency holds it; `deeds` are those this client's seat may do now."""

    row: ArrivalLine
    letter_id: UUID
    applicant: ApplicantTold
    body: str
    medium: Medium
    sheets: int
    accepted_at: datetime
    sender_number: str
    sender_date: date | None
    registered_at: datetime | None
    pages: list[PageTold]
    steps: list[StepTold]
    referrals: list[Referral]
    drafts: list[Draft]
    links: list[LinkTold]
    terms: list[TermTold]
    missing: str
    missing_until: date | None
    deeds: list[str]
    taken_on: Annotated[
        date | None, Field(description="The earlier day on which it was taken on paper.")
    ]
    late_reason: str
    trail: Annotated[
        list[PassedOn], Field(description="The agencies that had it before, oldest first.")
    ]
    way: Way
    official: Annotated[Official | None, Field(description="Set for a letter between agencies.")]
    passed_to: Annotated[str, Field(description="The agency it was transferred to from here.")]
    circumstances: CircumstancesTold


class CartableLine(Told):
    referral_id: UUID
    arrival_id: UUID
    subject: str
    applicant_name: str
    others: int
    number_text: str
    from_title: str
    purpose: Purpose
    urgency: Urgency
    instruction: str
    deadline: date | None
    at: datetime
    seen: bool
    state: ArrivalState
    to_title: str
    news: StepKind | None


class CartableCounts(Told):
    """How many wait in two folders; a count of `most` stands for that many or more."""

    open: int
    to_sign: int
    most: int


class DispatchLine(Told):
    """A signed answer that lies at the agency: not gone out yet, or refused by the counter."""

    draft_id: UUID
    arrival_id: UUID
    subject: str
    letter_subject: str
    applicant_name: str
    others: int
    number_text: str
    from_name: str
    signer_title: str
    signed_at: datetime
    refused: bool


class ReceiverGiven(Given):
    post_id: UUID
    purpose: Purpose = Purpose.ACTION
    principal: bool = True


class ReferralGiven(Given):
    """Exactly one of the receivers for action is the principal actor."""

    to: Annotated[list[ReceiverGiven], Field(min_length=1, max_length=50)]
    instruction: Annotated[str, Field(max_length=2_000)] = ""
    deadline: Day | None = None
    parent: UUID | None = None


class Referred(Told):
    referrals: list[UUID]


class OptionalReason(Given):
    reason: OptionalLine = ""


class ReasonGiven(Given):
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class TransferGiven(Given):
    """`again` confirms an agency that had the letter already and passed it on."""

    agency_id: UUID
    reason: Annotated[str, Field(min_length=1, max_length=300)]
    again: bool = False


class ReminderGiven(Given):
    """What the receiver should read; nothing is enough."""

    note: OptionalLine = ""


class Outcome(Given):
    """The opinion that was asked for, or what was done."""

    outcome: Annotated[str, Field(min_length=1, max_length=4_000)]


class Particulars(Given):
    """What the secretariat knows of a letter besides its text."""

    subject: Line
    applicant_name: Line
    kind: LetterKind
    urgency: Urgency
    sender_number: OptionalLine = ""
    sender_date: Day | None = None
    terms: Annotated[
        dict[Table, Annotated[str, Field(max_length=24)]],
        Field(description="Codes of the tables of a registered letter; what is left out stays."),
    ] = Field({})


class CorrectionGiven(Particulars):
    """The particulars as they shall stand, and why they were wrong.

    `stood`: those that were read; refused when others stand by now.
    """

    reason: Line
    stood: Particulars | None = None


class Closing(Given):
    """Why the work on the letter ends."""

    outcome: Line


class Deficiency(Given):
    """What is missing, and until which day it can be brought."""

    missing: MiddleLine
    until: Day | None = None


class DraftGiven(Given):
    """`recipient` is the line over the text: salutation and name, as it goes on the paper."""

    recipient: Annotated[str, Field(max_length=200)] = ""
    subject: Line
    body: AnswerText
    note: OptionalLine = ""


class DraftRevised(DraftGiven):
    """`based_on` is the version that was read; other words since are refused. None: newest."""

    based_on: Annotated[int | None, Field(ge=1, le=100_000)] = None


class DraftMade(Told):
    id: UUID


class Version(Given):
    """The version that was read; refused when there is a newer one. None: the newest."""

    version: Annotated[int | None, Field(ge=1, le=100_000)] = None


class Note(Given):
    note: MiddleLine
