"""Kinds, states and purposes of letters."""

from __future__ import annotations

from enum import StrEnum


class IdKind(StrEnum):
    """Which register a person's number belongs to."""

    NATIONAL = "national"
    FOREIGN = "foreign"
    PASSPORT = "passport"
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
    SECRET = "4"  # noqa: S105 - a class of letters, no password
    TOP_SECRET = "5"  # noqa: S105 - the same


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
    SIGNATURES = "signatures"  # of those who signed a collective letter


class SubmissionState(StrEnum):
    """Where a letter stands, as the counter that accepted it knows."""

    QUEUED = "queued"
    UNDELIVERED = "undelivered"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    ANSWERED = "answered"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set_aside"  # not registrable
    TRANSFERRED = "transferred"  # on its way to another agency


class ArrivalState(StrEnum):
    """Where a letter stands, as the agency's secretariat knows."""

    ARRIVED = "arrived"
    REGISTERED = "registered"
    IN_PROGRESS = "in_progress"
    RETURNED = "returned"
    ANSWERED = "answered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set_aside"  # not registrable
    TRANSFERRED = "transferred"  # to the competent agency
    DISPATCHED = "dispatched"  # of a letter that goes out


class Way(StrEnum):
    """Whether a letter came to the agency, goes out from it, or stays within it."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"
    INTERNAL = "internal"  # داخلی, as it is written and numbered
    RECEIVED = "received"  # the same, as its receivers have it: never who drafted it and how


class CopyState(StrEnum):
    """How far one addressee's letter has come."""

    WAITING = "waiting"  # for the signature and the number
    SENT = "sent"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    ANSWERED = "answered"
    CLOSED = "closed"
    SET_ASIDE = "set_aside"
    NOT_TAKEN = "not_taken"  # refused by the other side's node; it can be sent again
    # Of an internal letter, before one post: it lies there, was opened, or its work is done.
    UNSEEN = "unseen"
    SEEN = "seen"
    DONE = "done"
    TAKEN_BACK = "taken_back"


class Purpose(StrEnum):
    ACTION = "action"
    INFORMATION = "information"
    OPINION = "opinion"
    SIGNATURE = "signature"
    APPROVAL = "approval"  # of a secret letter's class, by the agency's head


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
    REFUSED = "refused"
    ABANDONED = "abandoned"


class PreparedState(StrEnum):
    """What became of an order that an office chief prepared."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    DROPPED = "dropped"


class SignedAs(StrEnum):
    """For whom somebody else signed, and how: جانشین (deputy) or از طرف (per pro)."""

    SELF = ""
    DEPUTY = "deputy"
    PER_PRO = "per_pro"


class Relation(StrEnum):
    """Links between letters: عطف (answers) and پیرو (follows)."""

    ANSWERS = "answers"
    FOLLOWS = "follows"


class NumberState(StrEnum):
    ISSUED = "issued"
    VOIDED = "voided"


class Book(StrEnum):
    """دفتر اندیکاتور (every number), دفتر ارسال (what went out), and the internal letters."""

    REGISTER = "register"
    DISPATCH = "dispatch"
    INTERNAL = "internal"


class RecipientKind(StrEnum):
    """To whom an answer was handed."""

    APPLICANT = "applicant"
    PROXY = "proxy"
    BEARER = "bearer"  # the proxy or delegate who had brought the letter
    SIGNER = "signer"  # another signer of a collective letter


class ProxyPaper(StrEnum):
    """The paper by which a proxy showed that he stands for the applicant."""

    ATTORNEY = "attorney"  # a notary's power of attorney
    WRITTEN = "written"  # the applicant's own authorisation, in writing
    GUARDIAN = "guardian"  # a parent's or guardian's papers
    DELEGATE = "delegate"  # a legal entity's letter of introduction


class Writing(StrEnum):
    """In whose hand the letter's words are."""

    HAND = "hand"
    PRINT = "print"
    CLERK = "clerk"  # the clerk's, in the applicant's words


class Confirmed(StrEnum):
    """How the applicant confirmed words that were written for him and read to him."""

    WORD = "word"
    SIGNATURE = "signature"
    FINGERPRINT = "fingerprint"


class AnswerTo(StrEnum):
    """Who of the signers of a collective letter may take the answer."""

    FIRST = "first"
    ANY = "any"  # whose number is on the list


class StepKind(StrEnum):
    """What one dot of a letter's timeline says."""

    ACCEPTED = "accepted"
    UNDELIVERED = "undelivered"
    SENT_AGAIN = "sent_again"
    ARRIVED = "arrived"
    REGISTERED = "registered"
    PREPARED = "prepared"
    REFERRED = "referred"
    TAKEN_BACK = "taken_back"
    RECALL_ASKED = "recall_asked"
    RECALL_DECLINED = "recall_declined"
    GIVEN_BACK = "given_back"
    REMINDED = "reminded"
    OPENED = "opened"
    WRITTEN_ON = "written_on"
    DONE = "done"
    RETURNED = "returned"
    COMPLETED = "completed"
    LINKED = "linked"
    DRAFTED = "drafted"
    INITIALLED = "initialled"
    SENT_BACK = "sent_back"
    SIGNED = "signed"
    DISPATCHED = "dispatched"
    REFUSED = "refused"
    ANSWERED = "answered"
    READY = "ready"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    REOPENED = "reopened"
    WITHDRAWAL_ASKED = "withdrawal_asked"
    WITHDRAWN = "withdrawn"
    NUMBER_VOIDED = "number_voided"
    CORRECTED = "corrected"
    SET_ASIDE = "set_aside"
    TRANSFERRED = "transferred"
    TRANSFER_REFUSED = "transfer_refused"
    LETTER_SENT = "letter_sent"
    COPY_REFUSED = "copy_refused"
    REPLIED = "replied"
    ACKNOWLEDGED = "acknowledged"  # a circular was taken note of
    CIRCULAR_REMINDED = "circular_reminded"
    CLASS_APPROVED = "class_approved"
    CLASS_SET = "class_set"
