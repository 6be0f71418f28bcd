"""What an import of divisions tells."""

from __future__ import annotations

from dataclasses import dataclass

from pishkhan.kernel.i18n import Message


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line of a division file that could not be read, and why."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import of divisions did: lines read; units added, updated, left as they were.

    `duplicates` are lines about a unit that had one before; `bad` holds the first thousand of
    the `bad_lines` with their reasons.
    """

    lines: int
    added: int
    updated: int
    unchanged: int
    duplicates: int
    bad_lines: int
    bad: tuple[BadLine, ...]
    done: bool
    """False when bad lines stopped the import and nothing was written."""
