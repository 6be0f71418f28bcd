"""When the counter is open to which a citizen is sent, in one sentence of at most twelve words."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.kernel import clock, workdays
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.jalali import WEEKDAYS_EN, WEEKDAYS_FA
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.templatetags.pishkhan import digits, jalali_date

SENT_THERE = frozenset({SubmissionState.READY, SubmissionState.RETURNED})
"""States in which the citizen is to go to the counter."""


def sentences(counter_id: UUID) -> tuple[str, ...]:
    """Return whether the counter is open now, and until or from when; none where it told no hours.

    Two queries.
    """
    try:
        hours = directory.counter(counter_id).hours
    except NotFound:
        return ()
    now = clock.current().now().astimezone(clock.TEHRAN)
    found = workdays.opening(hours, directory.calendars().of_counters(), now)
    return () if found is None else _in_words(found, now.date())


def _in_words(found: workdays.Opening, today: date) -> tuple[str, ...]:
    if found.until:
        return (_("The counter is open today until %(hour)s.") % {"hour": _hour(found.until)},)
    shut: tuple[str, ...] = ()
    if found.off is workdays.Off.HOLIDAY:
        shut = (_("The counter is shut today: it is a holiday."),)
    elif found.off:
        shut = (_("The counter is shut today."),)
    if found.on is None or found.at is None:
        return shut
    if found.on == today:
        return (_("The counter opens today at %(hour)s.") % {"hour": _hour(found.at)},)
    # Within a week its name tells the day: the page has one date, the letter's.
    near = (found.on - today).days < 7
    day = _named(found.on) if near else jalali_date(found.on, "weekday day")
    when = {"day": day, "hour": _hour(found.at)}
    if shut:
        return (*shut, _("It opens on %(day)s at %(hour)s.") % when)
    return (_("The counter opens on %(day)s at %(hour)s.") % when,)


def _named(day: date) -> str:
    return (WEEKDAYS_FA if get_language() == "fa" else WEEKDAYS_EN)[day.weekday()]


def _hour(at: time) -> str:
    return str(digits(at.strftime("%H:%M")))
