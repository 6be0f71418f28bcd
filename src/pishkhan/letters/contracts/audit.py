"""What an auditor is shown and what he orders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from pishkhan.journal.auditing import LogPage


@dataclass(frozen=True, slots=True)
class AuditPage:
    """A page of the log; `closed` are the entries whose letter is above the auditor's clearance."""

    log: LogPage
    closed: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search led to: one entry, or the subjects of entries; both empty for nothing."""

    entry: UUID | None = None
    subjects: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class EvidenceOrder:
    """What is to be exported, and why; that persons are named has a reason of its own."""

    letter_id: UUID
    reason: str
    identity: bool = False
    identity_reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A bundle that is ready: its file's name, the digest of its list, and its bytes.

    `sums` is the SHA-256 of the file SHA256SUMS in hexadecimal; the entry of the export has it.
    `waiting` entries had no proof yet.
    """

    name: str
    sums: str
    entries: int
    waiting: int
    files: int
    chunks: Iterator[bytes]
