"""The counter's day beside the page: the last letters and what waits."""

from __future__ import annotations

from dataclasses import dataclass

from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CounterToday, SubmissionRow

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Today:
    rows: tuple[SubmissionRow, ...]
    accepted: str
    queued: str
    ready: str
    returned: str


def today(actor: Actor) -> Today:
    """Return the last letters and the counts, "100+" from the ceiling on. Five queries."""
    counts = letters.counter_today(actor)

    def told(n: int) -> str:
        return f"{n}+" if n >= CounterToday.MOST else str(n)

    return Today(
        rows=letters.submissions(actor, limit=SHOWN).rows,
        accepted=told(counts.accepted),
        queued=told(counts.queued),
        ready=told(counts.ready),
        returned=told(counts.returned),
    )
