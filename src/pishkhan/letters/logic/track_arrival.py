"""Where a letter stands, at the node of its agency, for the applicant of a counter elsewhere.

The counter's own node may have no public address, and the citizen asks where he always asks. What
is told is what the agency knows; what belongs to the counter (reading the answer, complaining,
rating) is done there.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from pishkhan.directory import api as directory
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters.contracts import ArrivalState, Step, StepKind, SubmissionState, TrackView
from pishkhan.letters.logic.pair_proof import ARRIVED, proof, proven
from pishkhan.letters.logic.steps import proved, steps_of
from pishkhan.letters.logic.tell_counter import SAID
from pishkhan.letters.models import Arrival

Row = tuple[Any, ...]
Shown = Callable[[tuple[Step, ...]], tuple[Step, ...]]

_COLUMNS = (
    "applicant_number",
    "letter_id",
    "tracking_code",
    "secretariat_id",
    "agency_id",
    "from_office_id",
    "from_name",
    "state",
    "number_text",
    "accepted_at",
    "missing",
    "missing_until",
)
_ENDS = (StepKind.HANDED_OVER, StepKind.CLOSED, StepKind.REOPENED)


def arrived(code: str) -> Row | None:
    """Return the letter of a tracking code as its agency here holds it. One query.

    Of a letter that was sent on from one agency here to another it is the latter's.
    """
    return _BY_CODE.first(code=code)


def arrived_again(given: str, now: datetime) -> tuple[Row, str]:
    """Return the letter that a proof of this module names, and the proof; Refused as `proven`."""
    row = _BY_LETTER.first(letter_id=proven(given, now, of=ARRIVED))
    assert row is not None  # the proof was made from it
    return row, given


def proof_of(row: Row, now: datetime) -> str:
    """Return a proof of the pair that opens nothing but this page."""
    return proof(row[1], now, of=ARRIVED)


def view_of(row: Row, given: str, shown: Shown, *, proofs: bool) -> TrackView:
    """Return the view of a row; `shown` keeps of its steps what an applicant may see."""
    _number, letter_id, code, secretariat_id, agency_id, counter_id, counter_name = row[:7]
    accepted_at = row[9]
    known = steps_of(secretariat_id, letter_id)
    steps = shown((Step(kind=StepKind.ACCEPTED, at=accepted_at, by="", params={}), *known))
    ends = [step.kind for step in known if step.kind in _ENDS]
    state = SAID[ArrivalState(row[7])]
    if state is SubmissionState.CLOSED and ends and ends[-1] is StepKind.HANDED_OVER:
        state = SubmissionState.HANDED_OVER
    return TrackView(
        tracking_code=code,
        state=state,
        agency_name=directory.agency(agency_id).name,
        counter_name=counter_name,
        number_text=row[8],
        since=steps[-1].at,
        accepted_at=accepted_at,
        missing=row[10],
        missing_until=row[11],
        steps=proved(letter_id, steps) if proofs else steps,
        proof=given,
        counter_id=counter_id,
        here=False,
    )


def _newest(rows: QuerySet[Arrival, Any]) -> QuerySet[Arrival, Any]:
    return rows.order_by("-hop", "-id").values_list(*_COLUMNS)


_BY_CODE = Prepared(lambda code: _newest(Arrival.objects.filter(tracking_code=code)), code=str)
_BY_LETTER = Prepared(
    lambda letter_id: _newest(Arrival.objects.filter(letter_id=letter_id)), letter_id=UUID
)
