"""Issue a letter number: gap-free per indicator and Jalali year, under any concurrency.

The number is taken by one statement that locks the indicator's row of the year until the deed
commits; the letter, its number and the raised count are one transaction, so a deed that fails or
dies takes no number. docs/invariants/numbering.md.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.jalali import jalali_year
from pishkhan.letters import numbering
from pishkhan.letters.contracts import IssuedNumber, NumberState, SeriesView, Way
from pishkhan.letters.logic.series import first_of
from pishkhan.letters.models import Indicator, LetterNumber


def issue_number(
    act: Act,
    secretariat_id: UUID,
    at: datetime,
    item_id: UUID,
    *,
    way: Way,
    series: SeriesView | None = None,
) -> IssuedNumber:
    """Return the next number of an indicator in the Jalali year of `at` in Tehran.

    `series` is one of the secretariat's; None is its first one. `item_id` is what it is issued to:
    the arrival, or the draft that goes out under it. Call it as late in the deed as can be: until
    the commit the indicator's other registrations wait.
    """
    act.open_frame()  # a number outside an act would be one without an entry
    year, series = jalali_year(at), series or first_of(secretariat_id)
    number = _take(series.id, year)
    text = numbering.written(series.template, year=year, number=number, unit=series.unit)
    rows.insert(
        LetterNumber,
        {
            "secretariat_id": secretariat_id,
            "series_id": series.id,
            "year": year,
            "number": number,
            "text": text,
            "state": NumberState.ISSUED.value,
            "item_id": item_id,
            "outgoing": way is not Way.INCOMING,
            "internal": way is Way.INTERNAL,
            "at": at,
        },
    )
    return IssuedNumber(number, year, text, at)


def _take(series_id: UUID, year: int) -> int:
    indicator = Indicator.objects.filter(series_id=series_id, year=year)
    while not indicator.update(last=F("last") + 1):
        # The year's first number. Of two that try at once, the second waits here for the first's
        # commit and makes nothing (ON CONFLICT DO NOTHING); then both take their turn above.
        Indicator.objects.bulk_create(
            [Indicator(series_id=series_id, year=year)], ignore_conflicts=True
        )
    return indicator.values_list("last", flat=True).get()


def hold_numbers(act: Act, secretariat_id: UUID) -> None:
    """Let the secretariat's registrations, and changes of its indicators, wait for this act."""
    year = jalali_year(act.at)
    Indicator.objects.bulk_create(
        [Indicator(series_id=secretariat_id, year=year)], ignore_conflicts=True
    )
    Indicator.objects.select_for_update().get(series_id=secretariat_id, year=year)
