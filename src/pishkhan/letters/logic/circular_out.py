"""A signed circular on its way: one message for each body, written all at once."""

from __future__ import annotations

from typing import Any

from pishkhan.directory import api as directory
from pishkhan.journal.api import Act
from pishkhan.letters.contracts import CopyState
from pishkhan.letters.logic import roll, wire
from pishkhan.letters.logic.circular_list import lines_of
from pishkhan.letters.logic.covers import enclosures_of
from pishkhan.letters.logic.send_answer import signed_payload
from pishkhan.letters.logic.terms import terms_out
from pishkhan.letters.models import Addressee, Arrival, Draft
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import NewMessage, Transfer


def send_circular(act: Act, arrival: Arrival, row: Draft) -> None:
    """Queue a message for each receiver; a handful of statements for however many.

    The worker seals and carries them in its own rounds, so the act does not wait for the post.
    """
    to = list(Addressee.objects.filter(arrival=arrival).order_by("seq"))
    proofs = roll.proofs(lines_of(arrival))
    transfers = relay.hold_and_offer_many(
        act,
        [each.id for each in to],
        arrival.secretariat_id,
        [each.office_id for each in to],
    )
    Addressee.objects.filter(arrival=arrival).update(state=CopyState.SENT.value, draft_id=row.id)
    said = _said(arrival, row)
    relay.send_many(
        act,
        [
            _message(arrival, each, said, proof, transfer)
            for each, proof, transfer in zip(to, proofs, transfers, strict=True)
        ],
    )


def send_circular_again(
    act: Act, arrival: Arrival, row: Draft, to: Addressee, transfer: Transfer
) -> None:
    """Queue the message of one receiver whose node had refused it."""
    to.state = CopyState.SENT.value
    to.save(update_fields=["state"])
    proof = roll.proofs(lines_of(arrival))[to.seq]
    relay.send_many(act, [_message(arrival, to, _said(arrival, row), proof, transfer)])


def _said(arrival: Arrival, row: Draft) -> dict[str, Any]:
    """Return what all messages say alike."""
    return {
        **signed_payload(row, directory.office(arrival.secretariat_id).agency_name),
        "letter": str(arrival.letter_id),
        "draft": str(row.id),
        "answers": None,
        "pages": wire.pages_out(enclosures_of(arrival)),
        "terms": terms_out(arrival.terms),
    }


def _message(
    arrival: Arrival, to: Addressee, said: dict[str, Any], proof: list[str], transfer: Transfer
) -> NewMessage:
    return NewMessage(
        from_office=arrival.secretariat_id,
        to_office=to.office_id,
        kind=wire.SENT,
        version=wire.VERSION,
        payload={
            **said,
            "item": str(to.id),
            "place": to.seq,
            "name": to.agency_name,
            "proof": proof,
        },
        subject=arrival.letter_id,
        blobs=tuple(dict.fromkeys(page["digest"] for page in said["pages"])),
        transfer=transfer,
    )
