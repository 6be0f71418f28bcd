"""When a counter is open, in words short enough for a receipt of 80 mm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from pishkhan.kernel.jalali import WEEKDAYS_EN, WEEKDAYS_FA
from pishkhan.kernel.workdays import WEEK


def in_words(hours: Mapping[str, Sequence[Sequence[str]]]) -> list[str]:
    """Return «شنبه تا چهارشنبه 07:30 تا 20:00» and so on; days alike stand together.

    `hours` is a counter's (`CounterView.hours`); closed days are left out. Digits are Latin.
    """
    names = WEEKDAYS_FA if get_language() == "fa" else WEEKDAYS_EN
    told = []
    spans = [(names[place], _spans(hours.get(day, ()))) for day, place in WEEK.items()]
    for span, days in groupby(spans, key=lambda each: each[1]):
        run = [name for name, _span in days]
        if span:
            told.append(f"{_days(run)} {span}")
    return told


def _days(run: Sequence[str]) -> str:
    if len(run) == 1:
        return run[0]
    return pgettext("days", "%(first)s to %(last)s") % {"first": run[0], "last": run[-1]}


def _spans(day: Sequence[Sequence[str]]) -> str:
    shown = [
        pgettext("hours", "%(first)s to %(last)s") % {"first": first, "last": last}
        for first, last in day
    ]
    return _(" and ").join(shown)
