"""When each of the worker's jobs last finished a round, for people to see.

One small file for each job, whose time is the answer. Several workers of one node touch the same
files, and the latest round counts. Files rather than rows: a beat takes no connection, and no
writer's turn of SQLite. Losing them loses nothing; the next round makes them anew.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pishkhan.kernel import clock

EVERY = 5.0
"""Seconds between two beats of one job at least; a resting job ends a round each second."""
SILENT = timedelta(minutes=2)
"""After so long without any round nobody works."""
STUCK = timedelta(minutes=20)
"""After so long a job is stuck while others go on: one round may send fifty notices slowly."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """The last finished round of each job, as seen at a moment."""

    jobs: Mapping[str, datetime]
    seen_at: datetime

    @property
    def last(self) -> datetime | None:
        """Return when any job last finished a round; None when none ever did."""
        return max(self.jobs.values(), default=None)

    @property
    def silent(self) -> bool:
        """Return whether no worker is at work."""
        return self.last is None or self.seen_at - self.last > SILENT

    @property
    def silent_minutes(self) -> int:
        """Return for how many whole minutes no round was finished."""
        return (
            0 if self.last is None else max(0, (self.seen_at - self.last) // timedelta(minutes=1))
        )

    @property
    def stuck(self) -> tuple[str, ...]:
        """Return the jobs that finish no round though a worker is at work."""
        if self.silent:
            return ()
        return tuple(sorted(n for n, at in self.jobs.items() if self.seen_at - at > STUCK))


def look(folder: Path) -> Pulse:
    """Return what the files say now; an empty pulse when there are none."""
    found: dict[str, datetime] = {}
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):  # taken away meanwhile
                found[path.name] = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return Pulse(dict(sorted(found.items())), clock.current().now())


def beating(folder: Path, job: str, step: Callable[[], int]) -> Callable[[], int]:
    """Return `step` with a beat after each round that ended well. A beat never fails a round."""
    next_at = 0.0

    def round_() -> int:
        nonlocal next_at
        done = step()
        if time.monotonic() >= next_at:
            next_at = time.monotonic() + EVERY
            _beat(folder / job)
        return done

    return round_


def forget(folder: Path, *, but: Iterable[str]) -> None:
    """Take away the files of jobs that this version or role has no more."""
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.name not in set(but):
                path.unlink(missing_ok=True)


def _beat(path: Path) -> None:
    at = clock.current().now().timestamp()
    with contextlib.suppress(OSError):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
        os.utime(path, (at, at))
