"""What `letters` gives and takes: frozen shapes and enumerations, free of Django.

Times are aware UTC datetimes; digests are lower-case hexadecimal SHA-256; money is
`kernel.money.Money`. Names follow the glossary in DOMAIN.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.kernel.money import Money


class IdKind(StrEnum):
    """Which register a person's number belongs to."""

    NATIONAL = "national"
    FOREIGN = "foreign"
    LEGAL = "legal"


class LetterKind(StrEnum):
    """سامد (111) kinds of message."""

    REQUEST = "request"
    COMPLAINT = "complaint"
    PROPOSAL = "proposal"
    REPORT = "report"


class Urgency(StrEnum):
    NORMAL = "1"
    URGENT = "2"
    VERY_URGENT = "3"
    IMMEDIATE = "4"


class Classification(StrEnum):
    """State classes by the 1354 bylaw; a citizen's letter has none and is stored as NORMAL."""

    NORMAL = "1"
    CONFIDENTIAL = "2"
    VERY_CONFIDENTIAL = "3"
    SECRET = "4"
    TOP_SECRET = "5"


class Medium(StrEnum):
    """On what the letter reached the counter; stored from the first day (promise A11)."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


class PrintIntent(StrEnum):
    """What the counter means to print of it (promise A12)."""

    NONE = "none"
    RECEIPT = "receipt"
    ALL = "all"


class PayWay(StrEnum):
    CARD = "card"
    CASH = "cash"
    FREE = "free"


class PageRole(StrEnum):
    LETTER = "letter"
    ENCLOSURE = "enclosure"


class SubmissionState(StrEnum):
    """Where a letter stands, as the counter that accepted it knows."""

    QUEUED = "queued"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    ANSWERED = "answered"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ArrivalState(StrEnum):
    """Where a letter stands, as the agency's secretariat knows."""

    ARRIVED = "arrived"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Purpose(StrEnum):
    ACTION = "action"
    INFORMATION = "information"
    OPINION = "opinion"
    SIGNATURE = "signature"


class ReferralState(StrEnum):
    OPEN = "open"
    DONE = "done"
    TAKEN_BACK = "taken_back"
    CLOSED = "closed"


class DraftState(StrEnum):
    DRAFTING = "drafting"
    TO_SIGN = "to_sign"
    SIGNED = "signed"
    DISPATCHED = "dispatched"
    ABANDONED = "abandoned"


class Relation(StrEnum):
    """Links between letters: عطف (answers) and پیرو (follows)."""

    ANSWERS = "answers"
    FOLLOWS = "follows"


class NumberState(StrEnum):
    ISSUED = "issued"
    VOIDED = "voided"


class RecipientKind(StrEnum):
    """To whom an answer was handed."""

    APPLICANT = "applicant"
    PROXY = "proxy"


class StepKind(StrEnum):
    """What one dot of a letter's timeline says."""

    ACCEPTED = "accepted"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    REFERRED = "referred"
    TAKEN_BACK = "taken_back"
    OPENED = "opened"
    DONE = "done"
    RETURNED = "returned"
    COMPLETED = "completed"
    LINKED = "linked"
    DRAFTED = "drafted"
    INITIALLED = "initialled"
    SENT_BACK = "sent_back"
    SIGNED = "signed"
    DISPATCHED = "dispatched"
    ANSWERED = "answered"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWN = "withdrawn"
    NUMBER_VOIDED = "number_voided"


# --- the counter's side ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Fee:
    """What was taken for an acceptance: the state's fee and the counter's commission are two things."""

    state: Money
    commission: Money
    way: PayWay
    rrn: str = ""


@dataclass(frozen=True, slots=True)
class PageRef:
    """One uploaded file as a page (or pages) of a letter. `rotation` is 0, 90, 180 or 270 clockwise."""

    digest: str
    media_type: str
    size: int
    leaves: int = 1
    rotation: int = 0
    role: PageRole = PageRole.LETTER
    name: str = ""


@dataclass(frozen=True, slots=True)
class Applicant:
    id_kind: IdKind
    number: str
    name: str
    mobile: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What the clerk gives `accept`. `nonce` makes a repeated submit harmless."""

    nonce: UUID
    applicant: Applicant
    agency_id: UUID
    subject: str
    fee: Fee
    kind: LetterKind = LetterKind.REQUEST
    body: str = ""
    pages: tuple[PageRef, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    medium: Medium = Medium.PAPER
    print_intent: PrintIntent = PrintIntent.RECEIPT
    taken_on: date | None = None
    backdate_reason: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    letter_id: UUID
    tracking_code: str
    at: datetime
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class MaskedPerson:
    """What a typed number shows before the card is seen."""

    id: UUID
    masked_name: str
    masked_mobile: str
    letters: int


@dataclass(frozen=True, slots=True)
class KnownPerson:
    id: UUID
    id_kind: IdKind
    number: str
    name: str
    mobile: str


@dataclass(frozen=True, slots=True)
class Page:
    seq: int
    round: int
    role: PageRole
    digest: str
    media_type: str
    size: int
    leaves: int
    rotation: int
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    kind: StepKind
    at: datetime
    by: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    id: UUID
    tracking_code: str
    subject: str
    agency_name: str
    applicant_name: str
    state: SubmissionState
    accepted_at: datetime
    last_step_at: datetime
    number_text: str


@dataclass(frozen=True, slots=True)
class AnswerView:
    id: UUID
    number_text: str
    subject: str
    body: str
    signer_name: str
    signer_title: str
    agency_name: str
    signed_at: datetime
    dispatched_at: datetime
    signature: bytes
    key_id: str
    text_digest: str


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A letter as its counter holds it."""

    row: SubmissionRow
    applicant: Applicant
    counter_id: UUID
    counter_name: str
    agency_id: UUID
    kind: LetterKind
    body: str
    urgency: Urgency
    medium: Medium
    sheets: int
    print_intent: PrintIntent
    fee: Fee
    taken_on: date
    backdate_reason: str
    pages: tuple[Page, ...]
    steps: tuple[Step, ...]
    missing: str
    missing_until: date | None
    answer: AnswerView | None
    handed_over_at: datetime | None
    withdrawal_asked: bool


@dataclass(frozen=True, slots=True)
class TrackView:
    """What a citizen sees with code and national ID: never a name, never the text of an answer."""

    tracking_code: str
    state: SubmissionState
    agency_name: str
    counter_name: str
    number_text: str
    since: datetime
    accepted_at: datetime
    missing: str
    missing_until: date | None
    steps: tuple[Step, ...]


# --- the agency's side ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receiver:
    post_id: UUID
    purpose: Purpose = Purpose.ACTION
    principal: bool = True


@dataclass(frozen=True, slots=True)
class LinkRef:
    relation: Relation
    number: str
    year: int
    sender: str


@dataclass(frozen=True, slots=True)
class IssuedNumber:
    number: int
    year: int
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ArrivalRow:
    id: UUID
    tracking_code: str
    subject: str
    applicant_name: str
    from_name: str
    kind: LetterKind
    urgency: Urgency
    state: ArrivalState
    number_text: str
    arrived_at: datetime
    deadline: date | None
    holder: str


@dataclass(frozen=True, slots=True)
class ReferralView:
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


@dataclass(frozen=True, slots=True)
class CartableRow:
    """One line of a post's cartable: a referral and the letter it brings."""

    referral_id: UUID
    arrival_id: UUID
    subject: str
    applicant_name: str
    number_text: str
    from_title: str
    purpose: Purpose
    urgency: Urgency
    instruction: str
    deadline: date | None
    at: datetime
    seen: bool
    state: ArrivalState


@dataclass(frozen=True, slots=True)
class DraftVersionView:
    no: int
    subject: str
    body: str
    by_title: str
    at: datetime
    note: str
    initials: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    id: UUID
    state: DraftState
    by_title: str
    versions: tuple[DraftVersionView, ...]
    signer_name: str
    signer_title: str
    signed_at: datetime | None
    key_id: str
    number_text: str
    send_back_note: str


@dataclass(frozen=True, slots=True)
class Deeds:
    """Which deeds this actor may do on this letter now: what a screen shows as buttons."""

    allowed: frozenset[str] = field(default_factory=frozenset)

    def __contains__(self, deed: str) -> bool:
        return deed in self.allowed


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """A letter as the agency holds it."""

    row: ArrivalRow
    letter_id: UUID
    applicant: Applicant
    body: str
    medium: Medium
    sheets: int
    accepted_at: datetime
    registered_at: datetime | None
    pages: tuple[Page, ...]
    steps: tuple[Step, ...]
    referrals: tuple[ReferralView, ...]
    drafts: tuple[DraftView, ...]
    links: tuple[LinkRef, ...]
    missing: str
    missing_until: date | None
    deeds: Deeds


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A letter found. `side` is "counter" or "agency"; `id` opens it there."""

    side: str
    id: UUID
    tracking_code: str
    number_text: str
    subject: str
    applicant_name: str
    state: str
    at: datetime
