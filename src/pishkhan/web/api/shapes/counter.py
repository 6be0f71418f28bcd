"""Shapes of the counter's side, of tracking, search and the directory."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from pishkhan.letters.contracts import (
    AnswerView,
    IdKind,
    LetterKind,
    Medium,
    PageRole,
    PayWay,
    PrintIntent,
    ProxyPaper,
    RecipientKind,
    SignedAs,
    StepKind,
    SubmissionState,
    Urgency,
)
from pishkhan.web.api.shapes.circumstances import CircumstancesGiven, CircumstancesTold
from pishkhan.web.api.shapes.common import (
    Cursor,
    Day,
    Digest,
    Given,
    Limit,
    Line,
    MoneyGiven,
    MoneyTold,
    Name,
    OptionalLine,
    OptionalName,
    Told,
    Word,
)

Body = Annotated[str, Field(max_length=20_000)]
Rotation = Annotated[Literal[0, 90, 180, 270], Field(description="Degrees, clockwise.")]


class Who(Told):
    """Whom a token stands for."""

    label: str
    seat: Literal["counter", "post"]
    office_id: UUID
    office_name: str
    agency_name: str
    post_id: UUID | None
    post_title: str
    rights: list[str]
    scopes: list[str]


class StepTold(Told):
    kind: StepKind
    at: datetime
    by: str
    params: dict[str, str]


class AgencyFound(Told):
    id: UUID
    name: str
    hint: str


class AgencyTold(Told):
    id: UUID
    code: str
    name: str
    short: str
    parent_id: UUID | None
    parent_name: str
    division_name: str
    active: bool


class PostQuery(Given):
    q: OptionalName = ""
    limit: Limit = 20


class PostFound(Told):
    id: UUID
    title: str
    holder_name: str
    can_sign: bool
    can_initial: bool


class PersonNumber(Given):
    id_kind: IdKind = IdKind.NATIONAL
    number: Word


class Nothing(Given):
    """`{}`: the address says all."""


class PersonMasked(Told):
    id: UUID
    masked_name: str
    masked_mobile: str
    letters: int


class PersonFound(Told):
    """A person known at this counter, masked until the card is seen; null for nobody."""

    person: PersonMasked | None


class Person(Told):
    id: UUID
    id_kind: IdKind
    number: str
    name: str
    mobile: str
    mobile_of: Annotated[str, Field(description="Whose it is, when it is not his own.")]


class FeeGiven(Given):
    """What was taken; it must be what the tariff asks for, or nothing with way `free`."""

    way: PayWay
    state: MoneyGiven = MoneyGiven(minor=0)
    commission: MoneyGiven = MoneyGiven(minor=0)
    rrn: Annotated[str, Field(max_length=40)] = ""


class FeeTold(Told):
    state: MoneyTold
    commission: MoneyTold
    way: PayWay
    rrn: str


class PageGiven(Given):
    """A file that this client sent to /files/ before."""

    digest: Digest
    rotation: Rotation = 0
    role: PageRole = PageRole.LETTER


Pages = Annotated[list[PageGiven], Field(max_length=200)]


class ApplicantGiven(Given):
    id_kind: IdKind = IdKind.NATIONAL
    number: Word
    name: Name
    mobile: Annotated[str, Field(max_length=40)] = ""


class LetterGiven(Given):
    """A citizen's letter. `pages` or `body` must not be empty."""

    applicant: ApplicantGiven
    agency_id: UUID
    subject: Line
    fee: FeeGiven
    kind: LetterKind = LetterKind.REQUEST
    body: Body = ""
    pages: Pages = Field([])
    urgency: Urgency = Urgency.NORMAL
    medium: Medium = Medium.PAPER
    print_intent: PrintIntent = PrintIntent.NONE
    taken_on: Day | None = None
    backdate_reason: OptionalLine = ""
    circumstances: CircumstancesGiven | None = None


class LetterAccepted(Told):
    letter_id: UUID
    tracking_code: str
    at: datetime
    repeated: bool


class Likeness(Given):
    number: Word
    agency_id: UUID
    subject: Line
    body: Body = ""
    files: Annotated[list[Digest], Field(max_length=200)] = Field([])


class SubmissionLine(Told):
    id: UUID
    tracking_code: str
    subject: str
    agency_name: str
    applicant_name: Annotated[str, Field(description="Masked.")]
    state: SubmissionState
    accepted_at: datetime
    last_step_at: datetime
    number_text: str
    others: Annotated[int, Field(description="How many signed it besides the applicant.")]


class ApplicantTold(Told):
    id_kind: IdKind
    number: str
    name: str
    mobile: str


class ApplicantMasked(Told):
    id_kind: IdKind
    masked_name: str
    masked_mobile: str


class PageTold(Told):
    seq: int
    round: int
    role: PageRole
    digest: str
    media_type: str
    size: int
    leaves: int
    rotation: int
    name: str


class AnswerLine(Told):
    """An answer without its text."""

    id: UUID
    number_text: str
    subject: str
    signer_name: str
    signer_title: str
    agency_name: str
    signed_at: datetime
    dispatched_at: datetime
    key_id: str
    text_digest: str
    handed_over_at: datetime | None
    signed_as: SignedAs
    signed_for: Annotated[str, Field(description="The post signed for, when not the signer's own.")]


class Answer(AnswerLine):
    recipient: str
    body: str
    signature: Annotated[str, Field(description="Ed25519 by the agency's node, hexadecimal.")]
    promise: Annotated[
        str, Field(description="The log's, as digits of the paper's QR; old answers have none.")
    ]


def answer_told(answer: AnswerView) -> dict[str, Any]:
    """Return an answer with its text as `Answer` takes it."""
    names = (*AnswerLine.model_fields, "recipient", "body", "promise")
    return {name: getattr(answer, name) for name in names} | {"signature": answer.signature.hex()}


class Submission(Told):
    """A letter as its counter holds it."""

    row: SubmissionLine
    applicant: Annotated[
        ApplicantMasked, Field(description="Unmasked only by a look-up and a card that was seen.")
    ]
    counter_id: UUID
    counter_name: str
    agency_id: UUID
    kind: LetterKind
    body: str
    urgency: Urgency
    medium: Medium
    sheets: int
    print_intent: PrintIntent
    fee: FeeTold
    taken_on: date
    backdate_reason: str
    pages: list[PageTold]
    steps: list[StepTold]
    missing: str
    missing_until: date | None
    answer: Annotated[AnswerLine | None, Field(description="The newest.")]
    answers: Annotated[
        list[AnswerLine],
        Field(description="All, oldest first; those not handed over lie at the counter."),
    ]
    handed_over_at: datetime | None
    withdrawal_asked: bool
    circumstances: CircumstancesTold


class Receipt(Told):
    letter_id: UUID
    tracking_code: str
    accepted_at: datetime
    taken_on: date
    counter_id: UUID
    counter_name: str
    agency_name: str
    kind: LetterKind
    subject: str
    masked_name: str
    pages: int
    sheets: int
    fee: FeeTold
    print_intent: PrintIntent
    digest: str
    backdate_reason: str
    id_kind: IdKind
    has_mobile: bool
    circumstances: CircumstancesTold


class PaperProof(Told):
    """What a receipt proves by itself: digits to stand behind `address` and `#` in a QR."""

    address: str
    promise: str
    path: Annotated[str, Field(description="Empty until the log has published the letter.")]


class Today(Told):
    """Counts of this counter's day; each stops at 100."""

    accepted: int
    queued: int
    undelivered: int
    ready: int
    returned: int


class Completion(Given):
    """What was missing. `pages` or `note` must not be empty."""

    pages: Pages = Field([])
    note: OptionalLine = ""


class Reason(Given):
    reason: Line


class HandOver(Given):
    """Both the applicant's number and the code; of a proxy, all that begins with `to_` besides.

    Of the bearer and of another signer, who are on record, only `to_number`.
    """

    national_id: Word
    tracking_code: Word
    to: RecipientKind = RecipientKind.APPLICANT
    to_name: OptionalName = ""
    to_number: Annotated[str, Field(max_length=40)] = ""
    to_id_kind: IdKind = IdKind.NATIONAL
    to_paper: Annotated[ProxyPaper | None, Field(description="The paper that was shown.")] = None
    to_reason: OptionalLine = ""
    answers: Annotated[
        list[UUID] | None,
        Field(max_length=100, description="Those that the person gets; null, all that lie here."),
    ] = None


class Query(Given):
    q: Annotated[str, Field(max_length=200)]
    after: Cursor = None
    limit: Limit = 25


class Hit(Told):
    side: Literal["counter", "agency"]
    id: UUID
    tracking_code: str
    number_text: str
    subject: str
    applicant_name: str
    state: str
    at: datetime
    others: int
