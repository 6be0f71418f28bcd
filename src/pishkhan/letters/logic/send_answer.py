"""A signed answer on its way to the counter, the first time or again."""

from __future__ import annotations

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.journal.api import Act
from pishkhan.letters.contracts import DraftState, StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.answer_promise import FIELD as PROMISE
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Arrival, Draft, DraftVersion
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Transfer


def send_answer(act: Act, actor: Actor, arrival: Arrival, row: Draft, transfer: Transfer) -> None:
    """Queue the answer's message with the transfer that offers it; it is dispatched then.

    The row has its number and the time of its first dispatch.
    """
    row.state = DraftState.DISPATCHED.value
    row.save(update_fields=["state"])
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.DISPATCHED,
        at=act.at,
        by=actor,
        params={"number": row.number_text},
    )
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=arrival.from_office_id,
        kind=wire.ANSWERED,
        version=wire.VERSION,
        payload=wire.hop_out(arrival.hop)
        | {
            "letter": str(arrival.letter_id),
            "answer": str(row.id),
            **signed_payload(row, directory.office(arrival.secretariat_id).agency_name),
            **({PROMISE: row.promise} if row.promise else {}),
        },
        subject=arrival.letter_id,
        transfer=transfer,
    )


def _capacity(row: Draft) -> dict[str, str]:
    """Return for whom somebody else signed; nothing in the common case."""
    if not row.signed_as:
        return {}
    return {"signed_as": row.signed_as, "signed_for": row.signed_for}


def signed_payload(row: Draft, agency_name: str) -> dict[str, object]:
    """Return what was signed, its number and its proof, as a message says it."""
    words = DraftVersion.objects.values("recipient", "subject", "body").get(
        draft_id=row.id, no=row.version
    )
    assert row.signed_at is not None
    assert row.dispatched_at is not None
    return {
        "version": row.version,
        "number_text": row.number_text,
        **words,
        "signer_name": row.signer_name,
        "signer_title": row.signer_title,
        **_capacity(row),
        **({"covers": row.covers} if row.covers else {}),
        "agency_name": agency_name,
        "signed_at": wire.iso(row.signed_at),
        "dispatched_at": wire.iso(row.dispatched_at),
        "text_digest": row.text_digest,
        "signature": bytes(row.signature).hex(),
        "key_id": row.key_id,
    }
