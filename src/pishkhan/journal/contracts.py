"""What the journal gives and takes: frozen shapes, free of Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, Union
from uuid import UUID

JSON = Union[None, bool, int, float, str, Sequence["JSON"], Mapping[str, "JSON"]]  # noqa: UP007 - a recursive alias needs the string inside
"""A value that RFC 8785 can write; strings and numbers are the fast ones."""


LOG_RESTORED = "log.restored"
"""The file in HOME by which a restore says that the log may have gone on beyond its copy."""


Verify = Callable[[bytes, bytes, bytes], bool]
"""Tells whether (public key, message, signature) of Ed25519 fit (RFC 8032)."""


KeysOf = Callable[[int], Iterable[bytes]]
"""Gives the public keys of the log of an epoch, from 1: the present one first, then former ones."""


class WriteOutsideAct(RuntimeError):
    """A statement would have changed a guarded table with no act open on its connection.

    A mistake in the program, never an outcome for a person: it is no PishkhanError, so no
    handler takes it for a refusal of the domain. Names the table, never a value.
    """


class ActWithoutEntry(RuntimeError):
    """An act wrote to guarded tables and appended no entry; it was rolled back."""


class ActIsOver(RuntimeError):
    """An entry was appended through an act that has ended."""


class Signer(Protocol):
    """A key of this node: the log's for checkpoints and promises, the witness's to cosign."""

    @property
    def public(self) -> bytes:
        """Return the 32 bytes of the public key (RFC 8032)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature over exactly this message."""
        ...


class LogSigner(Protocol):
    """The keys of this node's logs: one that was begun anew has a key of its own."""

    def of(self, epoch: int) -> Signer:
        """Return the key of the log of an epoch, from 1."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """A log as it stands: its name, how many leaves it has, their root, its signed checkpoint."""

    origin: str
    epoch: int
    size: int
    root: bytes
    note: str
    signed_at: datetime | None


class Level(StrEnum):
    """How far the proof of an entry is: the verdicts of docs/protocol/journal.md.

    What is not in the published log yet is promised: by the node, and on a receipt by its key.
    """

    PROMISED = "promised"
    LOGGED = "logged"
    WITNESSED = "witnessed"


@dataclass(frozen=True, slots=True)
class ProofState:
    """How far an entry's proof is, its index, and the bracket of its time.

    It was given its place not before `not_before` and not after `not_after`, by the word of the
    policy's quorum; None where no witness says so.
    """

    level: Level
    index: int | None
    not_before: datetime | None
    not_after: datetime | None


@dataclass(frozen=True, slots=True)
class NewEntry:
    """One entry for `append_many`; `at` is the act's own time when it is None."""

    kind: str
    subject: UUID
    actor: str
    fields: Mapping[str, JSON] = field(default_factory=dict)
    at: datetime | None = None
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class EntryView:
    """One entry as an authorised reader sees it.

    `number` counts rows of this node's table and is the cursor of `entries`; `index` is the
    place in the Merkle log, None until the sequencer has given one. `erased` names the fields
    whose salt and value were destroyed: they are not in `fields`. `commit` is 32 bytes.
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
    index: int | None


@dataclass(frozen=True, slots=True)
class ShownField:
    """One opened field: its place among the entry's fields, name, 32-byte salt and value."""

    place: int
    name: str
    salt: bytes
    value: JSON


@dataclass(frozen=True, slots=True)
class Opening:
    """What shows some fields of an entry and hides the rest.

    `size` is the number of the entry's fields, `proof` the hashes of the hidden parts of its
    tree, from left to right (docs/protocol/journal-entry.md).
    """

    version: int
    size: int
    shown: tuple[ShownField, ...]
    proof: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness answers: status, body and content type of HTTP (C2SP tlog-witness)."""

    status: int
    body: bytes
    media: str = ""


Post = Callable[[str, bytes], Answer]
"""Sends a body to an address and returns the answer. Unavailable when none comes in time."""


@dataclass(frozen=True, slots=True)
class WitnessView:
    """A witness of this node's log: `name` as in the policy, `key` as its signatures name it.

    `online` when the policy has its address; `size` is what it last cosigned. `trouble` is why it
    gives nothing ("" when it does): `silent`, `unknown-log`, `wrong-key`, `conflict`, `ahead`,
    `behind`, `bad-signature`, `refused`; `since` is when that began.
    """

    name: str
    key: str
    online: bool
    size: int
    cosigned_at: datetime | None
    trouble: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of a request or an answer in a file; `witness` is whom it is of.

    `trouble` is "" when it was cosigned or taken, else as in WitnessView, or `unknown-witness`,
    `not-asked`.
    """

    witness: str
    size: int
    trouble: str
