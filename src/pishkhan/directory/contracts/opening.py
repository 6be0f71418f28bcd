"""A new office as its administrator writes it down, before anything of it exists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypedDict
from uuid import UUID

from pishkhan.directory.contracts import ClerkRole, SecretariatKind


class PostRole(StrEnum):
    """What a post is for: the rights it begins with."""

    HEAD = "head"
    CHIEF = "chief"  # of the head's office: sorts and prepares for the superior, cannot sign
    MANAGER = "manager"
    EXPERT = "expert"
    SECRETARY = "secretary"


class PostRights(TypedDict, total=False):
    """The rights of a post, as `add_post` takes them."""

    can_sign: bool
    can_initial: bool
    can_refer_free: bool
    is_clerk: bool


RIGHTS: Mapping[PostRole, PostRights] = {
    PostRole.HEAD: {"can_sign": True, "can_refer_free": True},
    PostRole.CHIEF: {},
    PostRole.MANAGER: {"can_initial": True},
    PostRole.EXPERT: {"can_initial": True},
    PostRole.SECRETARY: {"is_clerk": True},
}


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody who is to have a login, or has one of this name already."""

    username: str
    full_name: str
    mobile: str = ""
    language: str = "fa"


@dataclass(frozen=True, slots=True)
class NewPost:
    """A post and who is to hold it; `row` names it in what is refused.

    `above` is the place of its superior among the posts of the list; None: the first head's.
    """

    row: str
    title: str
    role: PostRole
    person: NewPerson | None
    secretariat: int = 0
    above: int | None = None


@dataclass(frozen=True, slots=True)
class NewSecretariat:
    """A secretariat; with a template it numbers incoming and outgoing letters apart."""

    row: str
    name: str
    kind: SecretariatKind
    template: str = ""
    unit_in: str = ""
    unit_out: str = ""


@dataclass(frozen=True, slots=True)
class NewAgency:
    """An agency with all that it needs until its first letter."""

    code: str
    name: str
    secretariats: tuple[NewSecretariat, ...]
    posts: tuple[NewPost, ...]
    short: str = ""
    nicknames: tuple[str, ...] = ()
    parent_id: UUID | None = None
    division_id: UUID | None = None
    logo: bytes = b""
    series: tuple[str, str] = ("incoming", "outgoing")
    """Names of the two indicators of a secretariat with a template."""


@dataclass(frozen=True, slots=True)
class NewClerk:
    """Somebody who is to work at a new counter."""

    row: str
    person: NewPerson
    role: ClerkRole


@dataclass(frozen=True, slots=True)
class NewCounter:
    """A counter with its people; `values` are what `add_counter` takes beside the code."""

    code: str
    clerks: tuple[NewClerk, ...]
    values: Mapping[str, Any] = field(default_factory=dict)


class Entrance(StrEnum):
    """How a person comes in."""

    NONE = "none"  # no password was ever given
    GIVEN = "given"  # by somebody else, and not changed yet
    OWN = "own"
    ELSEWHERE = "elsewhere"  # the organisation vouches for it
