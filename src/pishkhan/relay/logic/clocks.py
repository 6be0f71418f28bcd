"""By how much two nodes' clocks differ: seen at each contact, on record when it has changed.

So whoever reads an entry that a village made without a line finds in the same journal by how much
its clock was off before and after.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from pishkhan.journal.api import act
from pishkhan.relay.models import Line

STEP = 10.0
"""Seconds of change that are worth an entry."""
OFF = timedelta(minutes=2)
"""What people are told of: less is no matter at a counter."""


def off(
    ahead: float | None,
    reached_at: datetime | None,
    said_at: datetime | None,
    heard_at: datetime | None,
) -> float:
    """Return by how many seconds the other clock is ahead where that is worth a word, else 0.

    The line (`ahead` as of `reached_at`) measures it. A bag may lie in a drawer, so one that came
    since proves only that it was made (`said_at`, by the other clock) before it came (`heard_at`).
    """
    found = ahead or 0.0
    if heard_at is not None and said_at is not None and (not reached_at or reached_at < heard_at):
        found = max(0.0, (said_at - heard_at).total_seconds())
    return found if abs(found) > OFF.total_seconds() else 0.0


def compared(line: Line, ahead: float) -> None:
    """Take note of by how many seconds the other node's clock is ahead of this one's."""
    line.ahead = ahead
    row = Line.objects.filter(node=line.node)
    if line.told_ahead is not None and abs(ahead - line.told_ahead) < STEP:
        row.update(ahead=ahead)
        return
    line.told_ahead = ahead
    with act() as a:
        row.update(ahead=ahead, told_ahead=ahead)
        a.append(
            "clock.compared",
            subject=line.node,
            actor="system",
            fields={"ahead": round(ahead)},
        )
