"""Shapes of the counter's side, and those that both sides share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pishkhan.journal.contracts import ProofState
from pishkhan.kernel.money import Money
from pishkhan.letters.contracts.circumstances import PLAIN, Circumstances
from pishkhan.letters.contracts.enums import (
    IdKind,
    LetterKind,
    Medium,
    PageRole,
    PayWay,
    PrintIntent,
    SignedAs,
    StepKind,
    SubmissionState,
    Urgency,
)
from pishkhan.letters.contracts.problems import ProblemView


@dataclass(frozen=True, slots=True)
class Fee:
    """What was taken for an acceptance: the state's fee is one thing, the commission another."""

    state: Money
    commission: Money
    way: PayWay
    rrn: str = ""


@dataclass(frozen=True, slots=True)
class PageRef:
    """One uploaded file as a page (or pages) of a letter; `rotation` is in degrees, clockwise."""

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
    circumstances: Circumstances = PLAIN


@dataclass(frozen=True, slots=True)
class Accepted:
    letter_id: UUID
    tracking_code: str
    at: datetime
    repeated: bool = False
    same: bool = True
    """Of a repeat: whether it says what was accepted; otherwise nothing of it was kept."""


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
    mobile_of: str = ""
    """Whose the mobile is, when it is not his own."""


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
    proof: ProofState | None = None
    """Of the entry that was written with it; None where none was, or nobody asked."""


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    id: UUID
    tracking_code: str
    subject: str
    agency_name: str
    """The agency that the letter is with: another than on the receipt once it was transferred."""
    applicant_name: str
    state: SubmissionState
    accepted_at: datetime
    last_step_at: datetime
    number_text: str
    others: int = 0
    """How many signed it besides the applicant."""
    by_scan: bool = False
    """Of a letter like another: by the look of its pages alone."""


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
    handed_over_at: datetime | None
    recipient: str = ""
    signed_as: SignedAs = SignedAs.SELF
    signed_for: str = ""
    """The post for which the signer signed, when that is not his own."""
    agency_id: UUID | None = None
    """Who answered, where the signature names it."""
    promise: str = ""
    """What its agency's log promised, as the digits of a QR; an older answer has none."""


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What a receipt prints; the name is masked, the address of tracking is the web's to add."""

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
    fee: Fee
    print_intent: PrintIntent
    digest: str
    """SHA-256 over the page digests, one a line, in order: what was accepted, in one word."""
    backdate_reason: str
    id_kind: IdKind
    has_mobile: bool
    """Without one the applicant asks; nobody tells him."""
    circumstances: Circumstances
    """With every name masked and without any number."""
    others: int = 0


@dataclass(frozen=True, slots=True)
class PaperProof:
    """What a paper proves by itself, as the digits of its QRs (docs/protocol/journal.md).

    `promise` is the log key's word for the entry, `path` the entry's way to the published
    checkpoint; "" while it waits for that.
    """

    promise: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class CounterToday:
    """A counter's day at a glance. Counts stop at `MOST`: beyond it a desk shows "100+"."""

    MOST: ClassVar[int] = 100

    accepted: int
    queued: int
    undelivered: int
    ready: int
    returned: int


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
    """The newest, without its text, which `open_answer` gives against an entry."""
    answers: tuple[AnswerView, ...]
    """All, oldest first, without their texts: those not handed over yet lie at the counter."""
    handed_over_at: datetime | None
    withdrawal_asked: bool
    message: UUID
    """The newest message of the letter to its agency, for its fate on the way."""
    circumstances: Circumstances


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
    answered: bool = False
    """An answer came, or several; `read_answer` gives the text."""
    answer_by_code: bool = False
    """A one-time code can be sent for it; otherwise it is read at the counter, with the card."""
    proof: str = ""
    """That the pair was right: for `ask_answer_code` and `read_answer`, for half an hour."""
    counter_id: UUID | None = None
    here: bool = True
    """Whether its counter works at this node; if not, this is what the agency knows, and the
    proof is good for `track_again` alone."""


@dataclass(frozen=True, slots=True)
class AnswersRead:
    """What an applicant reads by his one-time code: the answers, oldest first."""

    tracking_code: str
    counter_name: str
    answers: tuple[AnswerView, ...]
    problems: tuple[ProblemView, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeSent:
    """To which mobile a one-time code went, and until when it is good."""

    masked_mobile: str
    until: datetime
    shown: str = ""
    """The code itself, in a demonstration, where nothing is sent; empty anywhere else."""
