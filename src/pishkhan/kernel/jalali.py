"""The Jalali calendar, at the edge only: days and years turn at Tehran's midnight.

Arithmetic is persiantools'; here is where moments become days and days become words.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from persiantools import jdatetime

from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.text import latin_digits, persian_digits, strip_controls

MONTHS_FA = [
    "فروردین",
    "اردیبهشت",
    "خرداد",
    "تیر",
    "مرداد",
    "شهریور",
    "مهر",
    "آبان",
    "آذر",
    "دی",
    "بهمن",
    "اسفند",
]
MONTHS_EN = [
    "Farvardin",
    "Ordibehesht",
    "Khordad",
    "Tir",
    "Mordad",
    "Shahrivar",
    "Mehr",
    "Aban",
    "Azar",
    "Dey",
    "Bahman",
    "Esfand",
]
# From Monday, as date.weekday() counts.
WEEKDAYS_FA = ("دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه", "شنبه", "یکشنبه")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SEPARATED = re.compile(r"([0-9]{4})[/\-.]([0-9]{1,2})[/\-.]([0-9]{1,2})")
_RUN = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")

_JalaliDate: Any = jdatetime.JalaliDate  # the package is untyped in part

# A date in a letter outside these years is a slip of the hand or a Gregorian year.
_FIRST_YEAR, _LAST_YEAR = 1200, 1599


def _day(at: datetime | date) -> date:
    """Return the day in Tehran; ValueError for a naive datetime, whose day nobody knows."""
    if isinstance(at, datetime):
        if at.tzinfo is None:
            raise ValueError("a moment needs an aware datetime")
        return at.astimezone(TEHRAN).date()
    return at


def to_jalali(at: datetime | date) -> tuple[int, int, int]:
    """Return Jalali (year, month, day) of a moment in Tehran, or of a Gregorian day."""
    jalali = _JalaliDate(_day(at))
    return jalali.year, jalali.month, jalali.day


def jalali_year(at: datetime | date) -> int:
    """Return the Jalali year in Tehran at that moment, or of a Gregorian day."""
    return to_jalali(at)[0]


def from_jalali(y: int, m: int, d: int) -> date:
    """Return the Gregorian day; Invalid (`jalali.date`) when there is no such Jalali day."""
    try:
        return date.fromordinal(_JalaliDate(y, m, d).to_gregorian().toordinal())
    except (ValueError, TypeError, OverflowError):
        raise _not_a_date() from None


def format_date(
    at: datetime | date, lang: str, *, with_time: bool = False, with_weekday: bool = False
) -> str:
    """Return the day in words: «۱ آذر ۱۴۰۵، ۱۰:۴۲», or in English "1 Azar 1405, 10:42".

    The calendar is Jalali and the hour Tehran's in both languages; `lang` is `fa` or anything
    else for English. `with_time` needs a datetime.
    """
    day = _day(at)
    year, month, number = to_jalali(day)
    persian = lang == "fa"
    text = f"{number} {(MONTHS_FA if persian else MONTHS_EN)[month - 1]} {year}"
    if with_weekday:
        text = f"{(WEEKDAYS_FA if persian else WEEKDAYS_EN)[day.weekday()]} {text}"
    if with_time:
        if not isinstance(at, datetime):
            raise TypeError("a day has no hour to show")
        text += ("، " if persian else ", ") + at.astimezone(TEHRAN).strftime("%H:%M")
    return persian_digits(text) if persian else text


def parse_date(s: str) -> date:
    """Return the Gregorian day of a Jalali one as people type it.

    1405/08/02, ۱۴۰۵/۸/۲, 1405-8-2, 14050802, any digits. Raises Invalid (`jalali.date`) for
    anything else, also for years outside 1200–1599: a Gregorian year is a mistake here.
    """
    typed = latin_digits(strip_controls(s)).replace(" ", "").strip()
    found = _SEPARATED.fullmatch(typed) or _RUN.fullmatch(typed)
    if found is None:
        raise _not_a_date()
    year, month, day = (int(part) for part in found.groups())
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise _not_a_date()
    return from_jalali(year, month, day)


def check_day(day: date) -> date:
    """Return the day; Invalid (`jalali.date`) outside the years 1200–1599, as `parse_date`.

    For days that come from programs: what lies far outside the calendar no screen could show.
    """
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise _not_a_date()
    return day


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """Return the UTC moments at which a day in Tehran begins and the next one begins."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def year_bounds(y: int) -> tuple[datetime, datetime]:
    """Return the UTC moments at which Jalali year `y` begins and `y + 1` begins, in Tehran."""
    return _midnight(from_jalali(y, 1, 1)), _midnight(from_jalali(y + 1, 1, 1))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=TEHRAN).astimezone(UTC)


def _not_a_date() -> Invalid:
    return Invalid("jalali.date", N_("The date is not right; write it like 1405/08/02."))


_FIRST_DAY = from_jalali(_FIRST_YEAR, 1, 1)
_LAST_DAY = from_jalali(_LAST_YEAR + 1, 1, 1) - timedelta(days=1)
