"""When to send, when to try again and when to stop. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from pishkhan.kernel.clock import TEHRAN
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

# How long a message that may have gone keeps its address, so that a person may send it again.
UNSURE_KEPT = timedelta(days=2)

# A one-time code that comes late is a puzzle, and a worn-out code in a stranger's hand.
_LASTS = {
    Pattern.ONE_TIME_CODE: timedelta(minutes=3),
    Pattern.STATUS: timedelta(minutes=30),
    Pattern.TRACK_HERE: timedelta(minutes=30),
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when to when, Tehran's time, no phone rings for what can wait; alike, there are none."""

    begin: time = time(21, 30)
    end: time = time(7, 30)

    def free_at(self, at: datetime) -> datetime:
        """Return the moment from which a message may go that is ready at `at`."""
        local = at.astimezone(TEHRAN)
        now = local.time().replace(tzinfo=None)
        over_midnight = self.begin > self.end
        if over_midnight:
            quiet = now >= self.begin or now < self.end
        else:
            quiet = self.begin <= now < self.end
        if not quiet:
            return at
        day = local.date()
        if over_midnight and now >= self.begin:
            day += timedelta(days=1)
        return datetime.combine(day, self.end, TEHRAN).astimezone(at.tzinfo)


def wait_after(attempts: int) -> timedelta | None:
    """Return how long to wait after that many failures; None when it is time to give up."""
    return BACK_OFF[attempts - 1] if attempts < MAX_ATTEMPTS else None


def lasts(pattern: Pattern) -> timedelta | None:
    """Return for how long a notice is worth sending; None for as long as it takes."""
    return _LASTS.get(pattern)
