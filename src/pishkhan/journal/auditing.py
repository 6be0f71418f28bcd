"""What an auditor is shown of the log: frozen shapes, free of Django."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from pishkhan.journal.contracts import JSON


class Standing(StrEnum):
    """How far the proof of an entry is: no place yet, in the published log, cosigned too."""

    WAITS = "waits"
    LOGGED = "logged"
    WITNESSED = "witnessed"


@dataclass(frozen=True, slots=True)
class LogRow:
    """The head of an entry in a list; `index` is its place in the log of `epoch`, or None."""

    number: int
    id: UUID
    kind: str
    subject: UUID
    at: datetime
    actor: str
    epoch: int
    index: int | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, newest first; `next` is the cursor of what was written before, None at the end.

    A page that is narrowed down may be short, or empty, and have a `next`: it then looked through
    all that was written since `looked_until`, and no further.
    """

    rows: tuple[LogRow, ...]
    next: str | None = None
    looked_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Overlook:
    """The log at a glance.

    `published` is the size of the checkpoint that is served; `met_size` that of the newest one
    with the policy's quorum, `met_at` when the quorum was complete by the witnesses' own clocks
    (both None without one), `met_by` the witnesses' names in the policy.
    """

    origin: str
    epoch: int
    size: int
    root: bytes
    signed_at: datetime | None
    published: int
    has_policy: bool
    met_size: int | None
    met_at: datetime | None
    met_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One thing that was checked: `good` is None for what cannot be checked (yet).

    `code` is one of `fields`, `commitment`, `place`, `path`, `signature`, `witness`, `quorum`.
    """

    code: str
    good: bool | None
    values: Mapping[str, str | int | datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """An entry with all its fields and what came of checking it here, line by line.

    `computed` is the commitment as it follows from the fields and salts; None where they do not
    fit each other. `size` is that of the checkpoint that it was checked against.
    """

    number: int
    id: UUID
    node: UUID
    kind: str
    subject: UUID
    at: datetime
    actor: str
    fields: Mapping[str, JSON]
    erased: tuple[str, ...]
    commit: bytes
    computed: bytes | None
    origin: str
    index: int | None
    size: int | None
    lines: tuple[CheckLine, ...]

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found wrong; what waits is not wrong."""
        return all(line.good is not False for line in self.lines)
