"""What an actor is to a letter at the agency: the facts that the rules ask. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.i18n import N_
from pishkhan.letters.contracts import ArrivalState, DraftState, Purpose, ReferralState

PREPARING = frozenset({"prepare", "lift", "draft", "revise"})
"""Deeds of an office chief at his superior's cartable; whatever binds is the superior's own."""


CITIZENS_ONLY = frozenset({"return_for_deficiency", "transfer", "correct"})
"""Deeds on what came through a counter; agencies write to each other instead, and what they write
came as they signed it."""

WRITTEN_HERE = frozenset(
    {
        "refer",
        "offer_for_signature",
        "link",
        "draft",
        "close",
        "address",
        "enclose",
        "remind_receivers",
        "set_class",
    }
)
"""Deeds on a letter that goes out; the others are for what came in."""


ONLY_OUTGOING = frozenset({"address", "enclose", "remind_receivers", "set_class"})


def chief_prepares() -> Forbidden:
    """Return the refusal of what an office chief may only prepare."""
    return Forbidden(
        "letters.chief-prepares",
        N_("The office chief sorts and prepares; this is for the holder of the post himself."),
    )


@dataclass(frozen=True, slots=True)
class ReferralFacts:
    """A referral as one actor stands to it.

    `children`: it was referred on and not taken back. `recall`: its sender asked for it back and
    waits for word. `reminded`: he reminded of it today.
    """

    id: UUID
    purpose: Purpose
    principal: bool
    state: ReferralState
    to_me: bool
    by_me: bool
    seen: bool
    children: bool
    recall: bool = False
    reminded: bool = False

    @property
    def mine(self) -> bool:
        """Whether it lies open before the actor."""
        return self.to_me and self.state is ReferralState.OPEN


@dataclass(frozen=True, slots=True)
class DraftFacts:
    """A draft as one actor stands to it; initials are those on its newest version."""

    id: UUID
    state: DraftState
    by_me: bool
    initialled: bool
    initialled_by_me: bool
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything a rule may ask. `clerk`: the actor keeps the secretariat that holds the letter.

    `official`: it is a letter of an agency; `outgoing`: it is written here, to others or, an
    internal one, to posts of the same agency; `received`: it is an internal one as its receivers
    have it.
    `chief`: he sits at his superior's cartable, to sort and prepare. `per_pro`: his post may sign
    for another that signs. `classified`: its class is above the first; `secret`: it asks for the
    approval of the agency's head; `head`: that is the actor; `signed`: his post has signed it.
    `circular`: it goes to many bodies, or came so; `noted`: note was taken of it here, or by all;
    `reminded`: who has not was reminded today.
    """

    state: ArrivalState
    clerk: bool
    numbered: bool
    rights: frozenset[Right]
    official: bool = False
    outgoing: bool = False
    received: bool = False
    referrals: tuple[ReferralFacts, ...] = ()
    drafts: tuple[DraftFacts, ...] = ()
    chief: bool = False
    per_pro: bool = False
    classified: bool = False
    secret: bool = False
    head: bool = False
    signed: bool = False
    circular: bool = False
    noted: bool = False
    reminded: bool = False

    def has_mine(self, purposes: frozenset[Purpose] | None = None) -> bool:
        """Whether a referral for one of these purposes (any, by default) lies before the actor."""
        return any(r.mine and (purposes is None or r.purpose in purposes) for r in self.referrals)


def no_right() -> Forbidden:
    """Return the refusal of a deed that is not the actor's, though he may read the letter."""
    return Forbidden("letters.no-right", N_("This is not for your post to do with this letter."))


def insist(condition: bool) -> None:
    if not condition:
        raise no_right()
