"""Status of a letter to the counter that accepted it: an envelope, nothing else goes there."""

from __future__ import annotations

from datetime import date

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import (
    ArrivalState,
    CopyState,
    StepKind,
    SubmissionState,
    Way,
)
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


COPY_SAID = {
    ArrivalState.ARRIVED: CopyState.ARRIVED,
    ArrivalState.REGISTERED: CopyState.REGISTERED,
    ArrivalState.IN_PROGRESS: CopyState.REGISTERED,
    ArrivalState.ANSWERED: CopyState.ANSWERED,
    ArrivalState.CLOSED: CopyState.CLOSED,
    ArrivalState.SET_ASIDE: CopyState.SET_ASIDE,
}
"""What the agency that wrote a letter is told of each state; who has it there is not its affair."""


def tell_sender(act: Act, arrival: Arrival, *, note: str = "") -> None:
    """Send `letter.fate` of a letter that another agency wrote."""
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=arrival.from_office_id,
        kind=wire.FATE,
        version=wire.VERSION,
        payload={
            "item": str(arrival.letter_id),
            "state": COPY_SAID[ArrivalState(arrival.state)].value,
            "at": wire.iso(act.at),
            "number_text": arrival.number_text,
            "note": note,
        },
        subject=arrival.letter_id,
    )


def tell_counter(
    act: Act,
    arrival: Arrival,
    step: StepKind,
    *,
    missing: str = "",
    missing_until: date | None = None,
    note: str = "",
) -> None:
    """Send `letter.status` with the arrival's present state and the step that led there.

    Of a letter from another agency its secretariat is told; of one written here, nobody.
    """
    if arrival.official:
        if arrival.way == Way.INCOMING:
            tell_sender(act, arrival, note=note)
        return
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
