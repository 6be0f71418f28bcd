"""Hours of the day in which a line is used, or not. Pure; Tehran's time, whole hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pishkhan.kernel.errors import N_, Invalid

TEHRAN = ZoneInfo("Asia/Tehran")
_FORM = re.compile(r"([01]?\d|2[0-4])-([01]?\d|2[0-4])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Hours:
    """From one full hour to another one, also over midnight: `22-6`."""

    begin: int
    end: int

    def __str__(self) -> str:
        return f"{self.begin}-{self.end}"

    def hold(self, at: datetime) -> bool:
        """Return whether a moment lies in these hours."""
        hour = at.astimezone(TEHRAN).hour
        if self.begin < self.end:
            return self.begin <= hour < self.end
        return hour >= self.begin or hour < self.end


def read_hours(text: str) -> Hours:
    """Return the hours that `22-6` says; Invalid `relay.line-hours`."""
    found = _FORM.fullmatch(text.strip())
    if found is None or int(found[1]) % 24 == int(found[2]) % 24:
        raise Invalid(
            "relay.line-hours", N_("Hours are written as 22-6: from one full hour to another one.")
        )
    return Hours(int(found[1]) % 24, int(found[2]) % 24)
