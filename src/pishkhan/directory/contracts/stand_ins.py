"""Who acts for a post that is not his own: deputies, office chiefs, signers per pro."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class StandInKind(StrEnum):
    """جانشین acts while the holder is away; رئیس دفتر prepares; از طرف signs at his own desk."""

    DEPUTY = "deputy"
    CHIEF = "chief"
    PER_PRO = "per_pro"


class StandInScope(StrEnum):
    """What a deputy may do: everything that the post may, or everything but signing."""

    ALL = "all"
    NO_SIGNING = "no_signing"


CITIZENS = ("request", "complaint", "proposal", "report")
WAYS = ("agency", "outgoing", "internal")
"""What a deputy's kinds may name beside kinds of the norm's table: citizens' letters by their kind,
letters that came from agencies, those that go out, and those within the agency."""


def kind_of_citizen(kind: str) -> str:
    """Return how a deputy's scope names citizens' letters of a kind."""
    return f"citizen:{kind}"


def kind_of_way(way: str) -> str:
    """Return how a deputy's scope names letters by where they come from or go."""
    return f"way:{way}"


def kind_of_table(code: str) -> str:
    """Return how a deputy's scope names letters of a kind of the norm's table."""
    return f"kind:{code}"


SEATED = frozenset({StandInKind.DEPUTY, StandInKind.CHIEF})
"""Kinds that sit down at the other post's cartable; who signs per pro stays at his own."""


@dataclass(frozen=True, slots=True)
class Hand:
    """By whose hand a post acts: that of the holder of another post, who stands in for it.

    `id` is the stand-in's and the seat's; `until_at` is None where no end is set.
    """

    id: UUID
    kind: StandInKind
    post_id: UUID
    post_title: str
    until_at: datetime | None
    approves: bool = False
    """Whether he may approve classes 4 and above, where the post is the agency's head."""
    kinds: tuple[str, ...] = ()
    """The only kinds of letters that a deputy has before him; empty for all."""


@dataclass(frozen=True, slots=True)
class StandInRow:
    """That one post stands in for another in a period; the names are of who holds them now."""

    id: UUID
    kind: StandInKind
    scope: StandInScope
    for_post_id: UUID
    for_title: str
    for_holder: str
    by_post_id: UUID
    by_title: str
    by_holder: str
    from_at: datetime
    until_at: datetime | None
    basis: str
    approves: bool = False
    kinds: tuple[str, ...] = ()

    def never_began(self) -> bool:
        """Return whether it was ended before it began; its period is empty then."""
        return self.until_at == self.from_at

    def over(self, now: datetime) -> bool:
        """Return whether it will not run again."""
        return self.until_at is not None and self.until_at <= max(now, self.from_at)
