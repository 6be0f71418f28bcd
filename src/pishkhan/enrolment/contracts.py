"""What joining a centre gives and takes: frozen shapes, free of Django."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory.contracts import NodeRole
from pishkhan.sealing.contracts import key_id_of


@dataclass(frozen=True, slots=True)
class Applicant:
    """A node as one of the two files shows it; `key_id` is what people compare."""

    id: UUID
    name: str
    role: NodeRole
    epoch: int
    public_key: bytes
    recipient: str

    @property
    def key_id(self) -> str:
        """The relay key's id, 16 hexadecimal digits."""
        return key_id_of(self.public_key)


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of an enrolment at the centre: the node, its counter, and the file for it."""

    node: Applicant
    counter: UUID
    block: int
    welcome: bytes


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of a welcome at the node: its centre, its counter, its block of codes."""

    centre: Applicant
    counter: UUID
    block: int


def spoken(key_id: str) -> str:
    """Return a key's id as people compare it: four groups of four."""
    return "-".join(key_id[i : i + 4] for i in range(0, len(key_id), 4))
