"""Working days of an agency, for offering deadlines. A suggestion: the day is shown and changed."""

from __future__ import annotations

from datetime import date, timedelta

from pishkhan.kernel.jalali import to_jalali

# Monday is 0: Thursday and Friday are the week's end.
_WEEKEND = frozenset({3, 4})

# Public holidays of the solar calendar, (month, day). Those of the lunar calendar move by ten or
# eleven days a year and are announced; the person who sets the deadline sees the day and knows.
_HOLIDAYS = frozenset(
    {(1, 1), (1, 2), (1, 3), (1, 4), (1, 12), (1, 13), (3, 14), (3, 15), (11, 22), (12, 29)}
)


def is_working(day: date) -> bool:
    """Say whether agencies work on the day."""
    return day.weekday() not in _WEEKEND and to_jalali(day)[1:] not in _HOLIDAYS


def after(day: date, count: int) -> date:
    """Return the `count`th working day after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day
