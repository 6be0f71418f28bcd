"""Shapes of what goes from agency to agency: letters, copies, and how a letter moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from pishkhan.directory.contracts.bodies import Bodies
from pishkhan.directory.contracts.terms import Table
from pishkhan.letters.contracts.circulars import CircularView
from pishkhan.letters.contracts.counter import PageRef
from pishkhan.letters.contracts.enums import Classification, CopyState, Relation, SignedAs, Urgency


@dataclass(frozen=True, slots=True)
class LinkRef:
    relation: Relation
    number: str
    year: int
    sender: str


@dataclass(frozen=True, slots=True)
class PassedOn:
    """An agency that had the letter before: since when, its number, why it passed it on."""

    agency_id: UUID
    agency_name: str
    office_id: UUID
    number_text: str
    reason: str
    arrived_at: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class CopyTo:
    """An agency that gets a copy (رونوشت), and the phrase that says what for."""

    agency_id: UUID
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class PostTo:
    """A post of the writer's own agency that gets an internal letter: to act, or a copy."""

    post_id: UUID
    copy: bool = False
    phrase: str = ""
    """Of a copy (رونوشت): what for."""


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A letter to another agency, or to posts of one's own, as it is begun."""

    agency_id: UUID | None
    """None where it goes to `bodies` or to `posts`."""
    recipient: str
    subject: str
    body: str
    copies: tuple[CopyTo, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    classification: Classification = Classification.NORMAL
    links: tuple[LinkRef, ...] = ()
    terms: Mapping[Table, str] = field(default_factory=dict)
    """Codes of the norm's tables, where they are not the usual ones."""
    enclosures_class: Classification = Classification.NORMAL
    """The highest class of its enclosures, which the letter takes where its own is lower."""
    enclosures: tuple[PageRef, ...] = ()
    """Files of the actor's own uploads that go with it; their role is always an enclosure's."""
    bodies: Bodies | None = None
    """A circular (بخشنامه) goes to a group of bodies, and has neither receiver nor copies."""
    posts: tuple[PostTo, ...] = ()
    """An internal letter (نامهٔ داخلی) goes to posts of the writer's agency, and nowhere else."""
    deadline: date | None = None
    """Until when the receivers of an internal letter shall act."""
    answers: UUID | None = None
    """The internal letter, as it lies before the writer, that this one answers."""


@dataclass(frozen=True, slots=True)
class AddresseeView:
    """Who gets a letter, or a copy of it; `state` where it is known.

    Between agencies the first is the receiver and the others get copies. Of an internal letter it
    is a post (`post_id`), and `agency_name` is its title.
    """

    agency_name: str
    phrase: str = ""
    agency_id: UUID | None = None
    state: CopyState | None = None
    number_text: str = ""
    told_at: datetime | None = None
    copy: bool = False
    post_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Official:
    """What the paper of a letter between agencies says beside subject and text."""

    agency_name: str
    addressees: tuple[AddresseeView, ...] = ()
    as_copy: bool = False
    phrase: str = ""
    recipient: str = ""
    number_text: str = ""
    signer_name: str = ""
    signer_title: str = ""
    signed_as: SignedAs = SignedAs.SELF
    signed_for: str = ""
    signed_at: datetime | None = None
    dispatched_at: datetime | None = None
    key_id: str = ""
    text_digest: str = ""
    agency_id: UUID | None = None
    """The writer, where the signature names it."""
    classification: str = "1"
    approved_by: str = ""
    """Of a secret letter: who approved its class, and when."""
    approved_at: datetime | None = None
    circular: CircularView | None = None
    """Set where it goes to many bodies; `addressees` is empty then."""
    internal: bool = False
    """It goes from post to post of one agency."""
    delivered: UUID | None = None
    """The letter as the receivers have it, once an internal one has its number."""
    deadline: date | None = None
    """Until when an internal letter's receivers shall act."""
    signer_post: UUID | None = None
    """For which post an internal letter was signed; its answer goes there."""
