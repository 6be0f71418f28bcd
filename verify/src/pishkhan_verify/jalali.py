"""A moment as people in Iran write it. Pure; good for the years 1300 to 1500.

A Jalali year has 365 days, and one more in the years 1, 5, 9, 13, 17, 22, 26 and 30 of each round
of 33: within these years that is the observed calendar. The clock is 3:30 ahead of UTC, as it
has been without summer time since 1402; the zone's file is not asked, for Windows has none.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

TEHRAN = timezone(timedelta(hours=3, minutes=30))
FIRST_DAY, FIRST_YEAR, LAST_YEAR = date(1921, 3, 21), 1300, 1500
LONG_YEARS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
MONTHS = (31, 31, 31, 31, 31, 31, 30, 30, 30, 30, 30)  # the twelfth takes what is left


def day_of(day: date) -> tuple[int, int, int] | None:
    """Return Jalali year, month, day of a Gregorian day; None outside the years above."""
    left = (day - FIRST_DAY).days
    year = FIRST_YEAR
    if left < 0:
        return None
    while left >= (days := 365 + (year % 33 in LONG_YEARS)):
        left -= days
        year += 1
        if year > LAST_YEAR:
            return None
    month = 1
    for days in MONTHS:
        if left < days:
            break
        left -= days
        month += 1
    return year, month, left + 1


def text(at: datetime) -> str | None:
    """Return an aware moment as `1405/09/02 10:04` in Tehran; None outside the years above."""
    if not FIRST_DAY.year < at.year <= LAST_YEAR + 621:
        return None
    there = at.astimezone(TEHRAN)
    found = day_of(there.date())
    if found is None:
        return None
    year, month, day = found
    return f"{year}/{month:02}/{day:02} {there:%H:%M}"
