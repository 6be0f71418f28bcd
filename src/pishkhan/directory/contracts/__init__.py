"""What the directory tells the contexts above it: frozen values, no Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts.clearances import UNCLEARED
from pishkhan.directory.contracts.nodes import NodeRole as NodeRole
from pishkhan.directory.contracts.nodes import NodeView as NodeView
from pishkhan.directory.contracts.scopes import Scope as Scope
from pishkhan.directory.contracts.stand_ins import Hand, StandInKind
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.i18n import N_, Message


class OfficeKind(StrEnum):
    COUNTER = "counter"
    SECRETARIAT = "secretariat"


class CounterKind(StrEnum):
    CITY = "city"
    RURAL_ICT = "rural_ict"


class SecretariatKind(StrEnum):
    CENTRAL = "central"
    LOCAL = "local"
    CONFIDENTIAL = "confidential"


class DivisionLevel(StrEnum):
    PROVINCE = "province"
    COUNTY = "county"
    DISTRICT = "district"
    RURAL_DISTRICT = "rural_district"
    CITY = "city"
    VILLAGE = "village"


class NameKind(StrEnum):
    OFFICIAL = "official"
    NICKNAME = "nickname"
    FORMER = "former"
    VILLAGE = "village"


class ClerkRole(StrEnum):
    CLERK = "clerk"
    MANAGER = "manager"


class SeatKind(StrEnum):
    POST = "post"
    COUNTER = "counter"
    ADMIN = "admin"
    AUDIT = "audit"


class Right(StrEnum):
    """What a seat may do; without one a person may do nothing, and AUDIT opens no other desk."""

    COUNTER = "counter"
    SECRETARIAT = "secretariat"
    CARTABLE = "cartable"
    INITIAL = "initial"
    SIGN = "sign"
    REFER_FREE = "refer_free"
    DISPATCH = "dispatch"
    ADMIN = "admin"
    AUDIT = "audit"


class ActorKind(StrEnum):
    USER = "user"
    CLIENT = "client"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """A party to custody: a counter or a secretariat."""

    id: UUID
    kind: OfficeKind
    name: str
    agency_id: UUID | None
    agency_name: str
    confidential: bool = False


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, on which seat, with which rights.

    `label` is the person's name (of a client: its name); `seat_id` is the id of the post, of the
    counter, of the administration's seat, or of the API client.
    """

    kind: ActorKind
    user_id: UUID | None
    label: str
    seat_id: UUID | None
    post_id: UUID | None
    post_title: str
    office: OfficeRef | None
    rights: frozenset[Right]
    language: str
    scopes: frozenset[str] = field(default_factory=frozenset)
    clearance: str = UNCLEARED
    """The highest class of state letters that the person, whatever his seat, may see."""
    hand: Hand | None = None
    """Set when `post_id` is another's post, for which the person stands in."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """Return the only kinds of letters that are there for this actor; empty for all."""
        return () if self.hand is None else self.hand.kinds

    @property
    def is_chief(self) -> bool:
        """Return whether the actor sits at his superior's cartable, to sort and prepare."""
        return self.hand is not None and self.hand.kind is StandInKind.CHIEF

    @property
    def own_post_id(self) -> UUID | None:
        """Return the post that the person really holds."""
        return self.post_id if self.hand is None else self.hand.post_id

    @property
    def title_line(self) -> str:
        """Return the post's title as a record keeps it, with whose hand it was in brackets."""
        if self.hand is None:
            return self.post_title[:160]
        return f"{self.post_title[:79]} ({self.hand.post_title[:78]})"

    @property
    def ref(self) -> str:
        """Return the opaque name under which the journal knows this actor."""
        if self.kind is ActorKind.SYSTEM:
            return "system"
        if self.kind is ActorKind.CLIENT:
            return f"client:{self.seat_id}"
        if self.post_id is not None:
            by = "" if self.hand is None else f"@{self.hand.kind.value}:{self.hand.post_id}"
            return f"post:{self.post_id}{by}"
        if self.office is not None:
            return f"clerk:{self.user_id}@{self.office.id}"
        if self.seat_id is None:
            return f"user:{self.user_id}"
        return f"{'auditor' if Right.AUDIT in self.rights else 'admin'}:{self.seat_id}"

    def require(self, right: Right) -> None:
        """Raise Forbidden("directory.no-right") unless the seat carries the right."""
        if right not in self.rights:
            raise Forbidden(
                "directory.no-right", Message(N_("Your seat does not carry this right."))
            )

    def require_scope(self, scope: Scope) -> None:
        """Raise Forbidden("directory.no-scope") when a client's token does not open this.

        People and the system itself have no scopes: their seat's rights are the whole answer.
        """
        if self.kind is ActorKind.CLIENT and scope not in self.scopes:
            raise Forbidden(
                "directory.no-scope", N_("The token does not open this part of the API.")
            )

    def require_office(self, kind: OfficeKind) -> OfficeRef:
        """Return the actor's office, or raise Forbidden("directory.wrong-office")."""
        if self.office is None or self.office.kind is not kind:
            raise Forbidden("directory.wrong-office", N_("This is done at another kind of office."))
        return self.office


SYSTEM = Actor(
    kind=ActorKind.SYSTEM,
    user_id=None,
    label="system",
    seat_id=None,
    post_id=None,
    post_title="",
    office=None,
    rights=frozenset({Right.ADMIN}),
    language="fa",
)
"""The node itself: it may keep the directory, and holds no right over letters."""


@dataclass(frozen=True, slots=True)
class PostRef:
    """A post and who holds it now (`holder_name` is empty while it is vacant)."""

    id: UUID
    title: str
    agency_id: UUID
    agency_name: str
    secretariat_id: UUID
    holder_name: str
    can_sign: bool
    can_initial: bool
    per_pro: bool = False
    """Whether it may now sign per pro for a post that signs."""


@dataclass(frozen=True, slots=True)
class AgencyHit:
    """An agency found by its words; `hint` is the nickname or former name that matched, or ""."""

    id: UUID
    name: str
    hint: str
    secretariat_id: UUID


@dataclass(frozen=True, slots=True)
class Seat:
    """A place where a person may sit down: `id` goes to `actor_for`."""

    id: UUID
    kind: SeatKind
    label: str
    office_label: str
    hand: StandInKind | None = None
    """Set where the seat is another's post, for which the person stands in until `until_at`."""
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AgencyRow:
    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    parent_name: str
    active: bool


@dataclass(frozen=True, slots=True)
class AgencyView:
    id: UUID
    code: str
    name: str
    short: str
    parent_id: UUID | None
    parent_name: str
    division_id: UUID | None
    division_name: str
    active: bool
    names: tuple[tuple[NameKind, str], ...]
    """Nicknames and former names, oldest first."""


@dataclass(frozen=True, slots=True)
class CounterRow:
    id: UUID
    code: str
    name: str
    kind: CounterKind
    division_name: str
    connected: bool
    active: bool


@dataclass(frozen=True, slots=True)
class PlacedCounter:
    """An open counter on the map: at which other node it lives (None: here), degrees (WGS 84)."""

    id: UUID
    name: str
    node: UUID | None
    lat: float | None
    lon: float | None


@dataclass(frozen=True, slots=True)
class CounterView:
    """A counter with its licence, place, hours and line.

    `hours` maps a day ("sat" … "fri") to a list of [from, until] pairs in "HH:MM", Tehran time;
    `lat` and `lon` are WGS 84 degrees.
    """

    id: UUID
    code: str
    name: str
    kind: CounterKind
    licence_number: str
    licence_from: date | None
    licence_until: date | None
    division_id: UUID | None
    division_name: str
    address: str
    phone: str
    hours: Mapping[str, Any]
    lat: float | None
    lon: float | None
    connected: bool
    active: bool


@dataclass(frozen=True, slots=True)
class DivisionRow:
    id: UUID
    code: str
    level: DivisionLevel
    name: str
    name_en: str
    parent_id: UUID | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post as the administrator sees it."""

    id: UUID
    title: str
    parent_id: UUID | None
    secretariat_id: UUID
    secretariat_name: str
    holder_id: UUID | None
    holder_name: str
    can_sign: bool
    can_initial: bool
    can_refer_free: bool
    can_dispatch: bool
    is_clerk: bool
    active: bool


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """One period of a person on a seat; `until_at` is None while it lasts."""

    id: UUID
    kind: SeatKind
    user_id: UUID
    user_name: str
    post_id: UUID | None
    counter_id: UUID | None
    role: str
    from_at: datetime
    until_at: datetime | None
    basis: str
    seat_label: str
    """The post's title or the counter's name; empty for the administration."""


@dataclass(frozen=True, slots=True)
class UserRow:
    id: UUID
    username: str
    full_name: str
    email: str
    mobile: str
    language: str
    is_active: bool
    must_change_password: bool
    """Somebody else gave the password, and the person has not changed it yet."""


@dataclass(frozen=True, slots=True)
class ClientRow:
    """An API client; `prefix` is its token's public part, `last_used` is kept to ten minutes."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    seat_label: str
    active: bool
    last_used: datetime | None


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A value of a dated setting; it holds until the next one's `from_at`."""

    value: Any
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the operator should look at; `code` is stable, `count` how many are meant."""

    code: str
    message: Message
    count: int
    serious: bool = False
