"""Shapes of the agency's side, and what a search gives to either."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from pishkhan.directory.contracts.terms import Table, Term
from pishkhan.kernel.errors import PishkhanError
from pishkhan.letters.contracts.between import LinkRef, Official, PassedOn
from pishkhan.letters.contracts.circumstances import Circumstances
from pishkhan.letters.contracts.counter import (
    Applicant,
    Page,
    Step,
)
from pishkhan.letters.contracts.enums import (
    ArrivalState,
    Classification,
    DraftState,
    LetterKind,
    Medium,
    Purpose,
    ReferralState,
    SignedAs,
    StepKind,
    Urgency,
    Way,
)
from pishkhan.letters.contracts.pen import PenNoteView


@dataclass(frozen=True, slots=True)
class Receiver:
    post_id: UUID
    purpose: Purpose = Purpose.ACTION
    principal: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """A referral as it is given to many letters: to whom, with what instruction, until when."""

    to: tuple[Receiver, ...]
    instruction: str = ""
    deadline: date | None = None


@dataclass(frozen=True, slots=True)
class PreparedView:
    """An order that an office chief laid before his superior; `titles` are those of `to`."""

    id: UUID
    referral_id: UUID
    by_title: str
    at: datetime
    to: tuple[Receiver, ...]
    titles: tuple[str, ...]
    instruction: str
    deadline: date | None


@dataclass(frozen=True, slots=True)
class Correction:
    """The particulars of a letter as they shall stand.

    `terms`: codes of the norm's tables, for a registered letter; what is left out stays.
    """

    subject: str
    applicant_name: str
    kind: LetterKind
    urgency: Urgency
    sender_number: str = ""
    sender_date: date | None = None
    terms: Mapping[Table, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BulkOutcome:
    """What became of one of many letters; `fault` says why it went no further."""

    arrival_id: UUID
    registered: bool
    referred: bool
    fault: PishkhanError | None = None


@dataclass(frozen=True, slots=True)
class ToSign:
    """An answer that waits for a post's signature, whole; `version` is the one that is shown.

    `seen`: the post has opened the letter since the answer was laid before it.
    """

    draft_id: UUID
    version: int
    arrival_id: UUID
    number_text: str
    letter_subject: str
    applicant_name: str
    recipient: str
    subject: str
    body: str
    by_title: str
    at: datetime
    initials: tuple[str, ...]
    seen: bool
    others: int = 0


@dataclass(frozen=True, slots=True)
class SignOutcome:
    """What became of one of many signatures; `fault` says why there is none."""

    draft_id: UUID
    fault: PishkhanError | None = None


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
    outcome: str = ""
    """Why it was closed or set aside."""
    others: int = 0
    """How many signed it besides the applicant."""
    classification: Classification = Classification.NORMAL
    by_scan: bool = False
    """Of a letter like another: by the look of its pages alone."""


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
    ended_at: datetime | None = None
    recall_asked_at: datetime | None = None
    recall_reason: str = ""
    recall_declined_at: datetime | None = None
    recall_answer: str = ""
    reminded_at: datetime | None = None
    reminder: str = ""

    @property
    def asked_back(self) -> bool:
        """Return whether its sender waits for it to be given back."""
        return (
            self.state is ReferralState.OPEN
            and self.recall_asked_at is not None
            and self.recall_declined_at is None
        )


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
    to_title: str
    news: StepKind | None = None
    """What happened since it was referred; `at` is then the time of that."""
    away: str = ""
    """The post that has the draft of the answer before it, to initial or to sign."""
    asked_back: bool = False
    """Its sender waits for it to be given back; as `reminded`, while it is open."""
    reminded: bool = False
    prepared: bool = False
    """An order waits on it to be confirmed."""
    others: int = 0
    classification: Classification = Classification.NORMAL


@dataclass(frozen=True, slots=True)
class CartableCounts:
    """How many lie in two folders; a count of `most` stands for that many or more."""

    open: int
    to_sign: int
    most: int


@dataclass(frozen=True, slots=True)
class DraftVersionView:
    no: int
    subject: str
    body: str
    by_title: str
    at: datetime
    note: str
    initials: tuple[str, ...]
    recipient: str = ""


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
    signed_as: SignedAs = SignedAs.SELF
    signed_for: str = ""
    """The post for which the signer signed, when that is not his own."""
    dispatched_at: datetime | None = None
    text_digest: str = ""
    agency_name: str = ""
    """The agency's name as it was signed."""
    approved_by: str = ""
    """The head who approved the class of the newest version, with his post; and when."""
    approved_at: datetime | None = None
    must_be_approved: bool = False
    """Its class asks for the approval of the agency's head."""
    promise: str = ""
    """What the log promised of a dispatched answer to a citizen, as the digits of a QR."""


@dataclass(frozen=True, slots=True)
class DispatchRow:
    """A signed answer that lies at the agency; `number_text` is that of the letter."""

    draft_id: UUID
    arrival_id: UUID
    subject: str
    letter_subject: str
    applicant_name: str
    number_text: str
    from_name: str
    signer_title: str
    signed_at: datetime
    refused: bool
    others: int = 0


@dataclass(frozen=True, slots=True)
class BookRow:
    """One line of a book: a number and what it was given to, issued or voided.

    `answers`, `signer` and `refused` (by the counter) are those of what went out; `sheets`,
    `sender_*` and `holder` those of what came in.
    """

    year: int
    number: int
    text: str
    at: datetime
    outgoing: bool
    voided: bool
    void_reason: str
    arrival_id: UUID
    subject: str
    person: str
    office: str
    kind: LetterKind
    urgency: Urgency
    sheets: int
    sender_number: str
    sender_date: date | None
    holder: str
    answers: str
    signer: str
    refused: bool
    passed_to: str
    """The agency that the letter of this number was transferred to."""
    others: int = 0
    terms: Mapping[Table, Term] = field(default_factory=dict)
    internal: bool = False
    """Given to a letter that stays within the agency; `outgoing` then says that it was written."""


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
    secretariat_id: UUID
    letter_id: UUID
    applicant: Applicant
    body: str
    medium: Medium
    sheets: int
    accepted_at: datetime
    sender_number: str
    sender_date: date | None
    registered_at: datetime | None
    pages: tuple[Page, ...]
    steps: tuple[Step, ...]
    referrals: tuple[ReferralView, ...]
    drafts: tuple[DraftView, ...]
    links: tuple[LinkRef, ...]
    missing: str
    missing_until: date | None
    deeds: Deeds
    taken_on: date | None
    """The earlier day on which the counter took it on paper; None when it was entered at once."""
    late_reason: str
    circumstances: Circumstances
    trail: tuple[PassedOn, ...] = ()
    """The agencies that had it before this one, oldest first."""
    pen_notes: tuple[PenNoteView, ...] = ()
    passed_to: str = ""
    """The agency that it was transferred to from here."""
    way: Way = Way.INCOMING
    official: Official | None = None
    """Set for a letter between agencies."""
    prepared: tuple[PreparedView, ...] = ()
    """Orders that an office chief prepared on what lies before the actor."""
    terms: Mapping[Table, Term] = field(default_factory=dict)
    """What it bears of the norm's tables."""


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
    others: int = 0
