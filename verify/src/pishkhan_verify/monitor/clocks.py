"""What the times of cosignatures tell. Pure.

A witness cosigns growing trees only (C2SP tlog-witness), so its times must grow with the sizes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pishkhan_verify.monitor.state import Cosigned, Known

CLOCKS = 300  # seconds by which honest clocks may differ


def impossible(times: Mapping[str, int], now: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield code and values of what the times (by witness) on one checkpoint can not be."""
    for name, at in times.items():
        if at > now + CLOCKS:
            yield "cosigned-ahead", {"name": name, "at": at}
    if times and max(times.values()) - min(times.values()) > CLOCKS:
        first, last = min(times, key=times.__getitem__), max(times, key=times.__getitem__)
        yield (
            "witnesses-apart",
            {"first": first, "last": last, "before": times[first], "at": times[last]},
        )


def backwards(
    known: Known, size: int, times: Mapping[str, int]
) -> Iterator[tuple[str, Cosigned, int]]:
    """Yield the witnesses that cosigned a larger tree before a smaller one, with what was known."""
    for name, at in times.items():
        last = known.cosigned.get(name)
        if last is None or size == last.size:
            continue
        if (at - last.time) * (size - last.size) < 0:
            yield name, last, at


def learn(known: Known, size: int, times: Mapping[str, int], text: str) -> None:
    """Keep each witness's largest tree, and the latest time on it."""
    for name, at in times.items():
        last = known.cosigned.get(name)
        if last is None or size > last.size or (size == last.size and at > last.time):
            known.cosigned[name] = Cosigned(size, at, text)


def newest(known: Known, now: int) -> int:
    """Return the latest time of a cosignature that is not from the future; 0 for none."""
    times = [each.time for each in known.cosigned.values() if each.time <= now + CLOCKS]
    return max(times, default=0)
