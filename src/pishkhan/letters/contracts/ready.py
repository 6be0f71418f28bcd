"""Shapes of what makes referring quick."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.letters.contracts.enums import Purpose


@dataclass(frozen=True, slots=True)
class GroupMemberView:
    """A post of a group; `within_reach`: the reader's post may refer to it now."""

    post_id: UUID
    title: str
    holder: str
    purpose: Purpose
    principal: bool
    within_reach: bool


@dataclass(frozen=True, slots=True)
class GroupView:
    """A group of receivers; `own` is the reader's post's, others are the office's."""

    id: UUID
    name: str
    own: bool
    members: tuple[GroupMemberView, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """What stands ready for a referral: the post's own first, then the office's."""

    own_phrases: tuple[str, ...]
    office_phrases: tuple[str, ...]
    groups: tuple[GroupView, ...]

    @property
    def phrases(self) -> tuple[str, ...]:
        """Return all phrases in their order, each once."""
        return tuple(dict.fromkeys((*self.own_phrases, *self.office_phrases)))


@dataclass(frozen=True, slots=True)
class TemplateView:
    """A text that a letter may begin with; `own` is the reader's post's, others the office's."""

    id: UUID
    name: str
    subject: str
    body: str
    own: bool
