"""Shapes of indicators (اندیکاتور): the series in which a secretariat numbers its letters."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.letters.contracts.enums import Way


@dataclass(frozen=True, slots=True)
class SeriesView:
    """An indicator; a secretariat's first one has the secretariat's own id, and no name.

    `way` and `kind` are its rule: which letters take it when nobody chooses; None and "" for any.
    """

    id: UUID
    secretariat_id: UUID
    name: str
    way: Way | None
    kind: str
    unit: str
    template: str
    active: bool = True
    used: bool = False
    """Whether it has given a number."""
    last: str = ""
    """The last number that it gave, as printed."""

    @property
    def main(self) -> bool:
        """Return whether it is its secretariat's first one, which is always there."""
        return self.id == self.secretariat_id


@dataclass(frozen=True, slots=True)
class NumberRef:
    """A number by its key: a number is one only with its indicator and its year."""

    series_id: UUID
    year: int
    number: int
