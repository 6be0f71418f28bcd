"""What a monitor tells. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

NOTE, WRONG, UNREAD = "note", "wrong", "unread"
HOUR = 3600
WITHHELD = HOUR  # so long may one source be behind what another has shown
EXITS = {NOTE: 0, WRONG: 1, UNREAD: 2}


@dataclass(frozen=True, slots=True)
class Told:
    """One finding: `code` names the sentence, `values` (plain JSON) stand in it.

    Moments are POSIX seconds under the names of `MOMENTS`. `evidence` names a folder of the state.
    """

    level: str
    code: str
    origin: str = ""
    source: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    evidence: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two findings the same for somebody who is told changes only."""
        values = [f"{name}={value}" for name, value in sorted(self.values.items())]
        return (self.level, self.code, self.origin, self.source, self.evidence, *values)


MOMENTS = frozenset({"at", "before", "since", "due", "now"})


def shown(told: Told) -> dict[str, object]:
    """Return the values as sentences take them."""
    values: dict[str, object] = {"origin": told.origin, "source": told.source, **told.values}
    for name in MOMENTS & values.keys():
        try:
            values[name] = datetime.fromtimestamp(float(str(values[name])), UTC)
        except (ValueError, OverflowError, OSError):  # a witness may sign any time
            values[name] = f"{values[name]} s"
    return values


def exit_code(told: list[Told]) -> int:
    """Return 1 when something is wrong, else 2 when something could not be read, else 0."""
    levels = {each.level for each in told}
    return EXITS[WRONG if WRONG in levels else UNREAD if UNREAD in levels else NOTE]
