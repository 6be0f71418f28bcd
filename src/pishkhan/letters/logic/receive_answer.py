"""Take in an answer: from here on the counter is its custodian."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import notify, wire
from pishkhan.letters.logic.receive_status import submission_told
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.told import next_told
from pishkhan.letters.models import Answer
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery


def receive_answer(delivery: Delivery, act: Act) -> None:
    """Keep the answer, become its custodian and tell the applicant that it is ready.

    The same answer twice is harmless. A withdrawn letter's answer is kept, and its state stays.
    Raises Invalid (`letters.bad-message`), NotFound (`letters.no-letter`).
    """
    given = delivery.payload
    row = submission_told(delivery)
    answer_id = wire.key_of(given, "answer")
    if delivery.transfer is None or delivery.transfer.item != answer_id:
        raise wire.bad_message()
    relay.take(act, delivery.transfer, delivery.to_office)
    fields = {"answer": str(answer_id), "counter": str(row.counter_id)}
    if Answer.objects.filter(pk=answer_id).exists():
        act.append("answer.received_again", subject=row.id, actor="system", fields=fields)
        return
    dispatched_at = wire.moment(given, "dispatched_at")
    rows.insert(
        Answer,
        {
            "id": answer_id,
            "counter_id": row.counter_id,
            "letter_id": row.id,
            "agency_name": wire.line(given, "agency_name", 200),
            "number_text": wire.line(given, "number_text", 40),
            "subject": wire.exact(given, "subject", 300),
            "body": wire.exact(given, "body", 100_000),
            "signer_name": wire.exact(given, "signer_name", 160),
            "signer_title": wire.exact(given, "signer_title", 160),
            "signed_at": wire.moment(given, "signed_at"),
            "dispatched_at": dispatched_at,
            "received_at": act.at,
            "text_digest": wire.digest(given, "text_digest"),
            "signature": wire.octets(given, "signature", 128),
            "key_id": wire.line(given, "key_id", 32),
        },
    )
    row.answer_id = answer_id
    row.state = next_told(SubmissionState(row.state), SubmissionState.READY, StepKind.READY).value
    row.status_at = max(row.status_at or dispatched_at, dispatched_at)
    row.missing, row.missing_until = "", None
    row.last_step_at = act.at
    row.save(
        update_fields=(
            "answer_id",
            "state",
            "status_at",
            "missing",
            "missing_until",
            "last_step_at",
        )
    )
    add_step(row.counter_id, row.id, StepKind.READY, at=act.at)
    if row.state == SubmissionState.READY:
        notify.ready(act, row.id, row.applicant_mobile)
    act.append("answer.received", subject=row.id, actor="system", fields=fields)
