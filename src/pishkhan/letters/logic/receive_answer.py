"""Take in an answer: from here on the counter is its custodian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.letters.contracts import SignedAs, StepKind, SubmissionState
from pishkhan.letters.logic import notify, wire
from pishkhan.letters.logic.answer_promise import promise_in
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.letters.logic.covers import covers_in
from pishkhan.letters.logic.receive_status import submission_told
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.told import next_told
from pishkhan.letters.models import Answer
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery
from pishkhan.sealing import api as sealing


def receive_answer(delivery: Delivery, act: Act) -> None:
    """Keep the answer, become its custodian and tell the applicant that it is ready.

    The same answer twice is harmless. A second answer lies here beside the first, and both are
    handed over. A withdrawn letter's answer is kept, and its state stays.
    Raises Invalid (`letters.bad-message`, `letters.bad-signature` when the text is not what was
    signed, `letters.bad-promise` when what its log promised is something else), NotFound
    (`letters.no-letter`); the agency is custodian again then.
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
    values = read_signed(given)
    check_signature(given, values, letter_id=row.id, answer_id=answer_id)
    covers = covers_in(given)
    own = delivery.origin == journal.node_id()
    promise = promise_in(given, values, covers, code=row.tracking_code, own=own)
    rows.insert(
        Answer,
        values
        | {
            "covers": covers,
            "promise": promise,
            "id": answer_id,
            "counter_id": row.counter_id,
            "letter_id": row.id,
            "received_at": act.at,
        },
    )
    dispatched_at = values["dispatched_at"]
    # An answer overtaken on the way lies here too, but the newest stays the one shown first.
    if not _older(row.answer_id, dispatched_at):
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


def _older(known: UUID | None, dispatched_at: datetime) -> bool:
    """Return whether the answer known as the newest left the agency after `dispatched_at`."""
    return (
        known is not None
        and Answer.objects.filter(pk=known, dispatched_at__gt=dispatched_at).exists()
    )


def read_signed(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was signed and what proves it, each value bounded and to the last sign."""
    return {
        "agency_name": wire.line(given, "agency_name", 200),
        "number_text": wire.line(given, "number_text", 40),
        "recipient": wire.exact(given, "recipient", 200) if "recipient" in given else "",
        "subject": wire.exact(given, "subject", 300),
        "body": wire.exact(given, "body", 100_000),
        "signer_name": wire.exact(given, "signer_name", 160),
        "signer_title": wire.exact(given, "signer_title", 160),
        **_capacity(given),
        "signed_at": wire.moment(given, "signed_at"),
        "dispatched_at": wire.moment(given, "dispatched_at"),
        "text_digest": wire.digest(given, "text_digest"),
        "signature": wire.octets(given, "signature", 128),
        "key_id": wire.line(given, "key_id", 32),
    }


def _capacity(given: Mapping[str, Any]) -> dict[str, str]:
    """Return for whom the signer signed; messages without it are signed for oneself."""
    if not given.get("signed_as"):
        return {"signed_as": "", "signed_for": ""}
    return {
        "signed_as": wire.choice(given, "signed_as", SignedAs).value,
        "signed_for": wire.exact(given, "signed_for", 160),
    }


def check_signature(
    given: Mapping[str, Any], values: Mapping[str, Any], *, letter_id: UUID, answer_id: UUID
) -> None:
    """Refuse an answer whose words are not those that were signed."""
    digest = text_digest(
        letter=letter_id,
        draft=answer_id,
        version=wire.whole(given, "version", least=1, most=32_000),
        subject=values["subject"],
        body=values["body"],
        signer_name=values["signer_name"],
        signer_title=values["signer_title"],
        at=values["signed_at"],
        recipient=values["recipient"],
        signed_as=values["signed_as"],
        signed_for=values["signed_for"],
        covers=covers_in(given),
    )
    fits = digest == values["text_digest"]
    key = sealing.known_key(values["key_id"])
    # The keys of other nodes come with the carriers that reach them.
    if fits and key is not None:
        fits = sealing.verify(SIGNED_AS, bytes.fromhex(digest), values["signature"], key)
    if not fits:
        raise Invalid("letters.bad-signature", N_("The answer is not the text that was signed."))
