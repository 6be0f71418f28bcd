"""Issue a letter number: gap-free per secretariat and Jalali year, under any concurrency.

The number is taken by one statement that locks the secretariat's row of the year until the deed
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
from pishkhan.letters import rules
from pishkhan.letters.contracts import IssuedNumber, NumberState
from pishkhan.letters.models import Indicator, LetterNumber


def issue_number(
    act: Act, secretariat_id: UUID, at: datetime, item_id: UUID, *, outgoing: bool
) -> IssuedNumber:
    """Return the next number of the secretariat in the Jalali year of `at` in Tehran.

    `item_id` is what it is issued to: the arrival, or the draft that goes out under it. Call it
    as late in the deed as can be: until the commit the secretariat's other registrations wait.
    """
    act.open_frame()  # a number outside an act would be one without an entry
    year = jalali_year(at)
    number = _take(secretariat_id, year)
    rows.insert(
        LetterNumber,
        {
            "secretariat_id": secretariat_id,
            "year": year,
            "number": number,
            "state": NumberState.ISSUED.value,
            "item_id": item_id,
            "outgoing": outgoing,
            "at": at,
        },
    )
    return IssuedNumber(number, year, rules.number_text(number, year), at)


def _take(secretariat_id: UUID, year: int) -> int:
    indicator = Indicator.objects.filter(secretariat_id=secretariat_id, year=year)
    while not indicator.update(last=F("last") + 1):
        # The year's first number. Of two that try at once, the second waits here for the first's
        # commit and makes nothing (ON CONFLICT DO NOTHING); then both take their turn above.
        Indicator.objects.bulk_create(
            [Indicator(secretariat_id=secretariat_id, year=year)], ignore_conflicts=True
        )
    return indicator.values_list("last", flat=True).get()
