"""Take in that a letter is with another agency from now on."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import notify, wire
from pishkhan.letters.logic.receive_status import no_letter, submission_told
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.told import next_told
from pishkhan.letters.models import Submission
from pishkhan.relay.contracts import Delivery


def receive_moved(delivery: Delivery, act: Act) -> None:
    """Follow the letter: the counter's next messages go there, and only that office is heard.

    Told by the agency that transferred it; told `back` by the same when the other side would not
    take it in. Raises Invalid (`letters.bad-message`), NotFound (`letters.no-letter`),
    Unavailable when it builds on a move that this counter was not told of yet.
    """
    given = delivery.payload
    row = submission_told(delivery, former=True)
    hop, back = wire.hop_in(given), given.get("back") is True
    if back and hop > row.hop:
        raise wire.not_here_yet()
    expected = delivery.from_office == (row.former_id if back else row.secretariat_id)
    if not expected or (hop != row.hop if back else hop <= row.hop):
        raise no_letter()
    before, at = row.state, wire.moment(given, "at")
    told = {"from": wire.line(given, "from", 200), "to": wire.line(given, "to", 200)}
    row.former_id = None if back else row.secretariat_id
    row.secretariat_id = wire.key_of(given, "office")
    row.now_with = wire.line(given, "agency_name", 200)
    row.hop = hop
    _bring_up_to_date(row, delivery, back=back)
    row.status_at = max(row.status_at or at, at)
    row.last_step_at = max(row.last_step_at, at)
    row.save()
    if not back:
        told["reason"] = wire.line(given, "reason", 300)
    step = StepKind.TRANSFER_REFUSED if back else StepKind.TRANSFERRED
    if back:
        told["to"] = told.pop("from")
    add_step(row.counter_id, row.id, step, at=at, params=told)
    if not back and row.state == SubmissionState.TRANSFERRED:
        notify.transferred(act, row.id, row.applicant_mobile, row.tracking_code)
    act.append(
        "letter.move_received",
        subject=row.id,
        actor="system",
        fields={
            "back": back,
            "before": before,
            "counter": str(row.counter_id),
            "secretariat": str(row.secretariat_id),
        },
    )


def _bring_up_to_date(row: Submission, delivery: Delivery, *, back: bool) -> None:
    given = delivery.payload
    state = SubmissionState.TRANSFERRED
    row.number_text = ""
    if back:
        registered = given.get("registered") is True
        state = SubmissionState.REGISTERED if registered else SubmissionState.ARRIVED
        row.number_text = wire.line(given, "number_text", 40, required=False)
    row.state = next_told(SubmissionState(row.state), state, StepKind.TRANSFERRED).value
    row.missing, row.missing_until = "", None
