"""The time, from a clock that is passed in: UTC inside, Tehran only at the edge.

The clock in use hangs on a context variable. A new thread starts with the system clock;
a worker thread under a fake clock must enter `use(clock)` itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TEHRAN = ZoneInfo("Asia/Tehran")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)


class FakeClock:
    """A clock that stands still until it is moved; for tests and the demonstration."""

    def __init__(self, start: datetime) -> None:
        self._now = _utc(start)

    def now(self) -> datetime:
        """Return the moment the clock was set to, aware, in UTC."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock forward (or back, by a negative `by`)."""
        self._now += by

    def set(self, at: datetime) -> None:
        """Set the clock; ValueError when `at` is naive."""
        self._now = _utc(at)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    return at.astimezone(UTC)


_SYSTEM: Clock = SystemClock()
_current: ContextVar[Clock] = ContextVar("pishkhan_clock", default=_SYSTEM)


def current() -> Clock:
    """Return the clock in use here; the system's when none was put in."""
    return _current.get()


@contextmanager
def use(clock: Clock) -> Iterator[Clock]:
    """Put `clock` in use inside the block."""
    token = _current.set(clock)
    try:
        yield clock
    finally:
        _current.reset(token)
