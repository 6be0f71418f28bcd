"""When to try again and when to stop. Pure."""

from __future__ import annotations

from datetime import timedelta

from pishkhan.notices.contracts import Pattern

# A provider that is down comes back in minutes or in hours; after two days the news is old and
# a person at the counter has told it.
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
MAX_ATTEMPTS = len(BACK_OFF) + 1

# A worker that died while sending: nobody knows whether the message went out. It goes again,
# for two messages are better than none.
LOST_AFTER = timedelta(minutes=5)

# A one-time code that comes late is a puzzle, and a worn-out code in a stranger's hand.
_LASTS = {Pattern.ONE_TIME_CODE: timedelta(minutes=3)}


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after that many failures; None when it is time to give up."""
    return BACK_OFF[attempts - 1] if attempts < MAX_ATTEMPTS else None


def lasts(pattern: Pattern) -> timedelta | None:
    """Return for how long a notice is worth sending; None for as long as it takes."""
    return _LASTS.get(pattern)
