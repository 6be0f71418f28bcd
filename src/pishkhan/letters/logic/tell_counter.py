"""Status of a letter to the counter that accepted it: an envelope, nothing else goes there."""

from __future__ import annotations

from datetime import date

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import ArrivalState, StepKind, SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.letters.models import Arrival
from pishkhan.relay import api as relay

# What the counter calls each state of the agency's row.
SAID = {
    ArrivalState.ARRIVED: SubmissionState.ARRIVED,
    ArrivalState.REGISTERED: SubmissionState.REGISTERED,
    ArrivalState.IN_PROGRESS: SubmissionState.IN_PROGRESS,
    ArrivalState.RETURNED: SubmissionState.RETURNED,
    ArrivalState.ANSWERED: SubmissionState.ANSWERED,
    ArrivalState.CLOSED: SubmissionState.CLOSED,
    ArrivalState.WITHDRAWN: SubmissionState.WITHDRAWN,
    ArrivalState.SET_ASIDE: SubmissionState.SET_ASIDE,
    ArrivalState.TRANSFERRED: SubmissionState.TRANSFERRED,
}


def tell_counter(
    act: Act,
    arrival: Arrival,
    step: StepKind,
    *,
    missing: str = "",
    missing_until: date | None = None,
    note: str = "",
) -> None:
    """Send `letter.status` with the arrival's present state and the step that led there."""
    payload: dict[str, object] = wire.hop_out(arrival.hop) | {
        "letter": str(arrival.letter_id),
        "state": SAID[ArrivalState(arrival.state)].value,
        "step": step.value,
        "at": wire.iso(act.at),
        "number_text": arrival.number_text,
    }
    if missing:
        payload["missing"] = missing
    if missing_until is not None:
        payload["missing_until"] = missing_until.isoformat()
    if note:
        payload["note"] = note
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=arrival.from_office_id,
        kind=wire.STATUS,
        version=wire.VERSION,
        payload=payload,
        subject=arrival.letter_id,
    )
