"""What was last done to keep this node safe, and how its disk filled; for people to see.

HOME/upkeep/<name>.json   {"at": …, facts}: the last backup, the last drill
HOME/upkeep/disk.json     [[unix seconds, bytes used, bytes free], …], the oldest first

Files rather than rows: they tell about this machine, not about the node's deeds, and a backup
does not carry them. Losing them loses nothing but the memory.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pishkhan.kernel import clock
from pishkhan.kernel.durable import make_dir, write_file

FOLDER = "upkeep"
SAMPLE_EVERY = timedelta(hours=6)
SAMPLES = 120
"""A month of samples: long enough to see a trend, short enough to follow a changed habit."""
LEAST_SPAN = timedelta(days=1)
"""A forecast from less than a day would be a guess."""


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk under HOME in bytes; `full_in` is None while it does not fill, or nobody knows."""

    total: int
    free: int
    full_in: timedelta | None
    watched: timedelta
    """How long the samples reach back."""


def note(home: Path, name: str, facts: Mapping[str, Any]) -> None:
    """Keep `facts` and the time as the last `name` ("backup", "drill") of the node at `home`."""
    folder = home / FOLDER
    make_dir(folder)
    told = {"at": clock.current().now().isoformat(), **facts}
    write_file(folder / f"{name}.json", json.dumps(told, ensure_ascii=False).encode())


def last(home: Path, name: str) -> tuple[datetime, dict[str, Any]] | None:
    """Return when `name` was last done, with its facts; None when never or unreadable."""
    try:
        told = json.loads((home / FOLDER / f"{name}.json").read_bytes())
        return datetime.fromisoformat(told.pop("at")), told
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def sample(home: Path) -> int:
    """Remember how full the disk is when the last sample is old enough; return 1 when it was."""
    now = clock.current().now().timestamp()
    kept = _samples(home)
    if kept and 0 <= now - kept[-1][0] < SAMPLE_EVERY.total_seconds():
        return 0
    usage = shutil.disk_usage(home)
    # A clock that was set back makes the later samples meaningless for a trend.
    kept = [one for one in kept if one[0] < now][-(SAMPLES - 1) :]
    kept.append((now, usage.used, usage.free))
    with contextlib.suppress(OSError):  # a full disk must not stop the worker's round
        make_dir(home / FOLDER)
        write_file(home / FOLDER / "disk.json", json.dumps(kept).encode())
    return 1


def disk(home: Path) -> Disk:
    """Return the state of the disk and when it will be full if it goes on as it did.

    The trend is a straight line through the samples by least squares.
    """
    usage = shutil.disk_usage(home)
    kept = _samples(home)
    watched = timedelta(seconds=kept[-1][0] - kept[0][0]) if kept else timedelta()
    if watched < LEAST_SPAN:
        return Disk(usage.total, usage.free, None, watched)
    times = [one[0] - kept[0][0] for one in kept]
    used = [one[1] for one in kept]
    middle, level = sum(times) / len(times), sum(used) / len(used)
    spread = sum((t - middle) ** 2 for t in times)
    rise = sum((t - middle) * (u - level) for t, u in zip(times, used, strict=True)) / spread
    days = usage.free / rise / 86400 if rise > 0 else float("inf")
    return Disk(usage.total, usage.free, timedelta(days=days) if days < 36500 else None, watched)


def clock_back(home: Path) -> timedelta:
    """Return how far the clock stands behind the latest sample; zero when it does not."""
    kept = _samples(home)
    ahead = kept[-1][0] - clock.current().now().timestamp() if kept else 0.0
    return timedelta(seconds=max(0.0, ahead))


def _samples(home: Path) -> list[tuple[float, int, int]]:
    try:
        found = json.loads((home / FOLDER / "disk.json").read_bytes())
        return [(float(at), int(used), int(free)) for at, used, free in found]
    except (OSError, ValueError, TypeError):
        return []
