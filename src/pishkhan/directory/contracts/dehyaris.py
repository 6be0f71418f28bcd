"""Dehyaris (village administrations): a kind of agency that serves villages."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from pishkhan.directory.contracts.imports import BadLine

POST_TITLE = "دهیار"
"""The one post of a dehyari, as it stands on paper: it registers, decides, signs and sends."""


class DehyariFilter(StrEnum):
    """Which dehyaris a list shows."""

    ALL = "all"
    VACANT = "vacant"
    HOSTING = "hosting"
    NOT_HOSTING = "not_hosting"


@dataclass(frozen=True, slots=True)
class VillageRow:
    """A village, in which place of the country, and its dehyari ("" and None for none)."""

    id: UUID
    code: str
    name: str
    rural_district_id: UUID | None
    place: tuple[str, ...]
    """Rural district, district and county, the nearest first."""
    dehyari_id: UUID | None = None
    dehyari_name: str = ""


@dataclass(frozen=True, slots=True)
class DehyariRow:
    """A dehyari in a list; `dehyar` is empty while its post is vacant."""

    id: UUID
    code: str
    name: str
    superior: str
    villages: tuple[str, ...]
    dehyar: str
    hosts: bool
    active: bool


@dataclass(frozen=True, slots=True)
class DehyariView:
    """A dehyari with all that makes it one. `id` is the agency's.

    `at_counter`: the dehyar works at the counter that the dehyari hosts.
    """

    id: UUID
    code: str
    name: str
    active: bool
    superior_id: UUID | None
    superior: str
    villages: tuple[VillageRow, ...]
    post_id: UUID
    dehyar_id: UUID | None
    dehyar: str
    counter_id: UUID | None
    counter: str
    at_counter: bool


@dataclass(frozen=True, slots=True)
class DehyariFigures:
    """How many there are. `villages` counts all of the division tree, `served` those of them
    that have a dehyari."""

    dehyaris: int
    vacant: int
    hosting: int
    villages: int
    served: int

    @property
    def without(self) -> int:
        """Return how many villages have no dehyari."""
        return self.villages - self.served


@dataclass(frozen=True, slots=True)
class Superior:
    """The agency over a dehyari."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class DehyariReport:
    """What an import of dehyaris did, or, of a trial, would do.

    `bad` and `notes` hold the first thousand of each: lines that stop the import, and what was
    left as it was. `done` is False for a trial, and when bad lines stopped the import.
    """

    lines: int
    added: int
    updated: int
    unchanged: int
    bad_lines: int
    bad: tuple[BadLine, ...]
    notes: tuple[BadLine, ...]
    done: bool
