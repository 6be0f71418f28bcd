"""The clock of a returned letter stands still: who waits for the applicant is not late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from pishkhan.directory import api as directory
from pishkhan.kernel.clock import TEHRAN
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.models import Arrival, Referral, StepRow


def resume(arrival: Arrival, rows: Iterable[Referral], *, at: datetime) -> int:
    """Move the deadlines of open referrals on by the working days that the letter was away.

    A deadline that was over before the letter was returned stays over. Returns by how many days
    they were moved, 0 when none was. Does not save the arrival.
    """
    running = [row for row in rows if row.deadline is not None]
    since = _returned_on(arrival) if running else None
    if since is None:
        return 0
    calendar = directory.calendars().of_agency(directory.office(arrival.secretariat_id).agency_id)
    waited = calendar.between(since, at.astimezone(TEHRAN).date())
    moved = [row for row in running if waited and row.deadline and row.deadline >= since]
    for row in moved:
        assert row.deadline is not None
        before, row.deadline = row.deadline, calendar.after(row.deadline, waited)
        if arrival.deadline == before and arrival.holder_post_id == row.to_post_id:
            arrival.deadline = row.deadline
        row.save(update_fields=["deadline"])
    return waited if moved else 0


def _returned_on(arrival: Arrival) -> date | None:
    """Return the day of the latest return."""
    steps = StepRow.objects.filter(
        letter_id=arrival.letter_id,
        office_id=arrival.secretariat_id,
        kind=StepKind.RETURNED.value,
    )
    at = steps.order_by("-id").values_list("at", flat=True).first()
    return None if at is None else at.astimezone(TEHRAN).date()
