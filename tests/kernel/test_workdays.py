"""Working days of agencies and opening hours of counters."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime, time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.workdays import Calendar, Off, Opening, holidays, opening

ROOT = Path(__file__).resolve().parents[2]
WEDNESDAY = date(2026, 11, 25)
ASHURA = date(2026, 6, 25)  # a Thursday
HOURS = {
    day: [["07:30", "14:00"], ["16:00", "20:00"]] for day in ("sat", "sun", "mon", "tue", "wed")
} | {"thu": [["08:00", "13:00"]]}


def at(day: date, hour: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(hour), TEHRAN)


def test_the_table_is_what_the_library_says_today():
    done = subprocess.run(
        [sys.executable, ROOT / "tools/public_holidays.py", "--check"], check=False
    )
    assert done.returncode == 0


def test_holidays_of_both_calendars_have_names_in_both_languages():
    assert holidays()[ASHURA].fa == "عاشورای حسینی"
    assert holidays()[date(2027, 3, 21)].en == "Nowruz"
    assert all(each.fa and each.en for each in holidays().values())
    assert holidays()[date(2033, 2, 10)].estimated is False  # 22 Bahman
    assert any(each.estimated for each in holidays().values())


def test_working_days_pass_over_the_weekend_and_new_year():
    usual = Calendar()
    assert usual.after(WEDNESDAY, 1) == date(2026, 11, 28)
    assert usual.after(WEDNESDAY, 7) == date(2026, 12, 6)
    last = date(2027, 3, 18)  # 27 Esfand 1405, a Thursday
    assert usual.after(last, 1) == date(2027, 3, 27)  # 7 Farvardin, Saturday


def test_an_agency_may_work_on_thursdays_but_not_on_ashura():
    here = Calendar(thursday=True)
    assert here.after(WEDNESDAY, 1) == date(2026, 11, 26)
    assert here.off(ASHURA) is Off.HOLIDAY
    assert Calendar().off(ASHURA) is Off.WEEKEND
    assert here.off(date(2026, 11, 27)) is Off.WEEKEND  # Friday stays


def test_what_was_settled_comes_before_all():
    snow, moved = date(2026, 11, 28), date(2026, 11, 27)
    here = Calendar(said={snow: False, moved: True})
    assert here.off(snow) is Off.SAID
    assert here.off(moved) is None
    assert here.after(WEDNESDAY, 2) == date(2026, 11, 29)


def test_a_counter_opens_in_the_evening_and_on_thursday():
    assert opening(HOURS, {}, at(WEDNESDAY, "08:00")) == Opening(True, until=time(14))
    noon = opening(HOURS, {}, at(WEDNESDAY, "14:00"))
    assert noon == Opening(False, on=WEDNESDAY, at=time(16))
    late = opening(HOURS, {}, at(WEDNESDAY, "20:00"))
    assert late == Opening(False, on=date(2026, 11, 26), at=time(8))  # Thursday
    friday = opening(HOURS, {}, at(date(2026, 11, 27), "10:00"))
    assert friday == Opening(False, on=date(2026, 11, 28), at=time(7, 30))


def test_a_holiday_shuts_the_counter_unless_it_is_settled_otherwise():
    shut = opening(HOURS, {}, at(ASHURA, "10:00"))
    assert shut == Opening(False, on=date(2026, 6, 27), at=time(7, 30), off=Off.HOLIDAY)
    assert opening(HOURS, {ASHURA: True}, at(ASHURA, "10:00")) == Opening(True, until=time(13))
    snow = opening(HOURS, {WEDNESDAY: False}, at(WEDNESDAY, "10:00"))
    assert snow is not None
    assert snow.off is Off.SAID


def test_who_told_no_hours_is_said_nothing_of():
    assert opening({}, {}, at(WEDNESDAY, "10:00")) is None
    assert opening({"sat": []}, {}, at(WEDNESDAY, "10:00")) is None


@given(st.dates(date(2025, 3, 21), date(2040, 1, 1)), st.integers(1, 30), st.booleans())
def test_the_day_found_is_a_working_day_and_as_many_lie_between(
    day: date, count: int, thursday: bool
):
    here = Calendar(thursday=thursday)
    found = here.after(day, count)
    between = [date.fromordinal(n) for n in range(day.toordinal() + 1, found.toordinal() + 1)]
    assert here.off(found) is None
    assert sum(here.off(each) is None for each in between) == count
