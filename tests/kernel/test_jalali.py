from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import jalali
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.text import persian_digits

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=365 * 150)).map(
    lambda since: datetime(1950, 1, 1, tzinfo=UTC) + since
)
MOMENT = datetime(2026, 11, 22, 7, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gregorian", "expected"),
    [
        (date(2026, 11, 22), (1405, 9, 1)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(2021, 3, 20), (1399, 12, 30)),
    ],
)
def test_known_days(gregorian, expected):
    assert jalali.to_jalali(gregorian) == expected
    assert jalali.from_jalali(*expected) == gregorian


def test_day_turns_at_midnight_in_tehran():
    assert jalali.to_jalali(datetime(2026, 11, 21, 20, 29, 59, tzinfo=UTC)) == (1405, 8, 30)
    assert jalali.to_jalali(datetime(2026, 11, 21, 20, 30, tzinfo=UTC)) == (1405, 9, 1)


def test_year_turns_at_midnight_in_tehran():
    start, end = jalali.year_bounds(1405)
    assert start == datetime(2026, 3, 20, 20, 30, tzinfo=UTC)
    assert start.tzinfo is UTC
    assert jalali.jalali_year(start) == 1405
    assert jalali.jalali_year(start - timedelta(microseconds=1)) == 1404
    assert end == jalali.year_bounds(1406)[0]


def test_bounds_of_a_day_hold_in_the_years_of_summer_time():
    start, end = jalali.day_bounds(date(2022, 3, 22))
    assert end - start == timedelta(hours=23)


def test_naive_moment_has_no_day():
    with pytest.raises(ValueError, match="aware"):
        jalali.to_jalali(datetime(2026, 11, 22))  # noqa: DTZ001 - naive on purpose


def test_day_and_hour_in_both_languages():
    assert jalali.format_date(MOMENT, "fa", with_time=True) == "۱ آذر ۱۴۰۵، ۱۰:۴۲"
    assert jalali.format_date(MOMENT, "en", with_time=True) == "1 Azar 1405, 10:42"
    assert jalali.format_date(MOMENT, "fa") == "۱ آذر ۱۴۰۵"
    assert jalali.format_date(date(2026, 11, 22), "en", with_weekday=True) == "Sunday 1 Azar 1405"
    assert jalali.format_date(MOMENT, "fa", with_weekday=True) == "یکشنبه ۱ آذر ۱۴۰۵"


def test_day_without_an_hour_shows_none():
    with pytest.raises(TypeError):
        jalali.format_date(date(2026, 11, 22), "fa", with_time=True)


@pytest.mark.parametrize(
    "typed",
    [
        "1405/08/02",
        "۱۴۰۵/۸/۲",
        "١٤٠٥/٠٨/٠٢",
        "14050802",
        "1405-8-2",
        "1405.08.02",
        " 1405 / 8 / 2 ",
    ],
)
def test_date_is_read_as_people_type_it(typed):
    assert jalali.parse_date(typed) == date(2026, 10, 24)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "1405",
        "1405/13/01",
        "1405/12/30",
        "1405/00/10",
        "2026/10/24",
        "20261024",
        "99/8/2",
        "1405/8/2x",
        "1405-08/٢٣٤",
        "1405//8/2",
    ],
)
def test_what_is_no_jalali_day_is_refused(bad):
    with pytest.raises(Invalid) as caught:
        jalali.parse_date(bad)
    assert caught.value.code == "jalali.date"


@pytest.mark.parametrize("far", [date(1, 1, 1), date(1821, 3, 20), date(2221, 3, 21), date.max])
def test_a_day_outside_the_calendar_is_refused(far):
    with pytest.raises(Invalid, match=r"jalali\.date"):
        jalali.check_day(far)


def test_every_day_that_is_not_refused_can_be_shown():
    for day in (date(1821, 3, 21), date(2221, 3, 20)):
        assert jalali.format_date(jalali.check_day(day), "fa")


@given(st.dates(date(1900, 1, 1), date(2200, 1, 1)))
def test_day_typed_back_is_the_same_day(day):
    y, m, d = jalali.to_jalali(day)
    assert jalali.from_jalali(y, m, d) == day
    assert jalali.parse_date(persian_digits(f"{y}/{m}/{d}")) == day
    assert jalali.parse_date(f"{y}{m:02}{d:02}") == day


@given(MOMENTS)
def test_every_moment_lies_inside_its_jalali_year(at):
    start, end = jalali.year_bounds(jalali.jalali_year(at))
    assert start <= at < end
    assert start.astimezone(TEHRAN).date() == jalali.from_jalali(jalali.jalali_year(at), 1, 1)
