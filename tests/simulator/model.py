"""What people were told: kept beside the nodes, in the simplest form, and compared with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID


@dataclass
class Letter:
    """A letter that a clerk took in.

    `id` and `code` stand here once the deed returned: from then on the person has a receipt.
    """

    nonce: UUID
    node: str
    nth: int
    """Of which invented person, with which pages."""
    id: UUID | None = None
    code: str = ""
    gone: bool = False
    """Its counter's disk is another one now, and it had not left: nobody can have it."""
    handed_over: bool = False


@dataclass
class Promised:
    """All that was acknowledged in a run."""

    letters: list[Letter] = field(default_factory=list)
    numbers: dict[str, UUID] = field(default_factory=dict)
    """Number as printed, to the arrival or draft that was told to have it."""
    voided: set[str] = field(default_factory=set)
    answers: dict[UUID, UUID] = field(default_factory=dict)
    """Letter to its dispatched answer."""
    arrived: set[UUID] = field(default_factory=set)
    """Letters that the agency was seen to have."""

    def of(self, node: str) -> list[Letter]:
        """Return the letters of a node whose receipts are out."""
        return [each for each in self.letters if each.node == node and each.id and not each.gone]

    def by_id(self, letter: UUID) -> Letter | None:
        """Return a letter; None for one whose clerk has had no answer yet."""
        return next((each for each in self.letters if each.id == letter), None)
