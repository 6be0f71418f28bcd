"""Working days of agencies and opening hours of counters, which keep calendars of their own.

Public holidays are a table (`data/holidays.csv`, written by `tools/public_holidays.py`); what a
province says otherwise is laid over it. Days of the lunar calendar that are not announced yet
are estimated, so a day is always shown to the person who sets it, and can be changed.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

THURSDAY, FRIDAY = 3, 4
"""As `date.weekday` counts: Monday is 0."""

WEEK = {"sat": 5, "sun": 6, "mon": 0, "tue": 1, "wed": 2, "thu": THURSDAY, "fri": FRIDAY}
"""The week as it runs in Iran: each day's place in a Gregorian week."""

AHEAD = 60
"""Days within which a counter opens again; one that stays shut longer is said to be shut."""


@dataclass(frozen=True, slots=True)
class Holiday:
    fa: str
    en: str
    estimated: bool = False


@cache
def holidays() -> Mapping[date, Holiday]:
    """Return the public holidays that are known, by their day."""
    table = files("pishkhan.kernel").joinpath("data/holidays.csv").read_text(encoding="utf-8")
    return {
        date.fromisoformat(row["day"]): Holiday(row["fa"], row["en"], row["estimated"] == "1")
        for row in csv.DictReader(table.splitlines())
    }


class Off(StrEnum):
    """Why an office does not work on a day."""

    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    SAID = "said"


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days on which an office works: Saturday to Wednesday, public holidays apart.

    `said` has the days that somebody settled: True where the office works all the same.
    """

    thursday: bool = False
    said: Mapping[date, bool] = field(default_factory=dict)

    def off(self, day: date) -> Off | None:
        """Return why the office does not work on the day; None when it does."""
        if day in self.said:
            return None if self.said[day] else Off.SAID
        if day.weekday() == FRIDAY or (day.weekday() == THURSDAY and not self.thursday):
            return Off.WEEKEND
        return Off.HOLIDAY if day in holidays() else None

    def after(self, day: date, count: int) -> date:
        """Return the `count`th working day after `day`."""
        while count > 0:
            day += timedelta(days=1)
            count -= self.off(day) is None
        return day

    def between(self, day: date, until: date) -> int:
        """Return how many working days lie after `day` up to `until`, which counts too."""
        days = (day + timedelta(days=n) for n in range(1, (until - day).days + 1))
        return sum(self.off(each) is None for each in days)


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether a counter is open at a moment, and what comes next.

    `until`: when it shuts today. `on`, `at`: when it opens next; None when that is not known.
    `off`: why it is shut all of today though its week would have it open.
    """

    open: bool
    until: time | None = None
    on: date | None = None
    at: time | None = None
    off: Off | None = None


def opening(
    hours: Mapping[str, Sequence[Sequence[str]]], said: Mapping[date, bool], now: datetime
) -> Opening | None:
    """Return how a counter stands at `now` (local time); None where it has told no hours.

    `hours` maps "sat" … "fri" to [from, until] pairs in "HH:MM". Its week is its own: a counter
    may open on Thursdays and in the evening. On a public holiday it is shut unless said otherwise.
    """
    if not any(hours.values()):
        return None
    today = now.date()
    why = _shut(today, said)
    spans = _spans(hours, today)
    if why is None:
        for begins, ends in spans:
            if begins <= now.time() < ends:
                return Opening(True, until=ends)
            if now.time() < begins:
                return Opening(False, on=today, at=begins)
    off = why if spans else None
    for n in range(1, AHEAD + 1):
        day = today + timedelta(days=n)
        if _shut(day, said) is None and (spans := _spans(hours, day)):
            return Opening(False, on=day, at=spans[0][0], off=off)
    return Opening(False, off=off)


def _shut(day: date, said: Mapping[date, bool]) -> Off | None:
    if day in said:
        return None if said[day] else Off.SAID
    return Off.HOLIDAY if day in holidays() else None


def _spans(hours: Mapping[str, Sequence[Sequence[str]]], day: date) -> list[tuple[time, time]]:
    name = next(name for name, place in WEEK.items() if place == day.weekday())
    return sorted((time.fromisoformat(begins), _end(ends)) for begins, ends in hours.get(name, ()))


def _end(text: str) -> time:
    """Read the end of a span; "24:00" is the day's last moment."""
    return time.max if text == "24:00" else time.fromisoformat(text)
