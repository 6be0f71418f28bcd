"""A signed letter on its way to other agencies: receiver and copies are items of their own."""

from __future__ import annotations

from typing import Any

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.journal.api import Act
from pishkhan.letters.contracts import CopyState, DraftState, IssuedNumber, StepKind, Way
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.addressees import write_addressees
from pishkhan.letters.logic.circular_out import send_circular, send_circular_again
from pishkhan.letters.logic.covers import covers_of, enclosures_of
from pishkhan.letters.logic.internal import deliver
from pishkhan.letters.logic.send_answer import signed_payload
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.terms import terms_out
from pishkhan.letters.models import Addressee, Arrival, Draft
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Transfer


def send_letter(act: Act, actor: Actor, arrival: Arrival, row: Draft, issued: IssuedNumber) -> None:
    """Queue a message for each addressee; an answer goes to the agency that wrote.

    An internal letter is laid before its receivers, and no message goes.

    The row has its number and the time of its dispatch.
    """
    outgoing = arrival.way in (Way.OUTGOING, Way.INTERNAL)
    if outgoing:
        arrival.number_text = row.number_text
        arrival.save(update_fields=["number_text"])
    else:
        _to_the_writer(arrival)
    row.state = DraftState.DISPATCHED.value
    row.save(update_fields=["state"])
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.LETTER_SENT if outgoing else StepKind.DISPATCHED,
        at=act.at,
        by=actor,
        params={"number": row.number_text},
    )
    if arrival.way == Way.INTERNAL:
        deliver(act, actor, arrival, row, issued)
        return
    if outgoing and arrival.official.get("circular"):
        send_circular(act, arrival, row)
        return
    here = arrival.secretariat_id
    for each in _addressees(arrival):
        if each.state != CopyState.WAITING:
            continue
        _send(act, arrival, row, each, relay.hold_and_offer(act, each.id, here, each.office_id))


def send_letter_again(act: Act, actor: Actor, arrival: Arrival, row: Draft) -> None:
    """Offer once more what the other side's node refused."""
    row.state = DraftState.DISPATCHED.value
    row.save(update_fields=["state"])
    circular = arrival.way == Way.OUTGOING and arrival.official.get("circular")
    for each in _addressees(arrival):
        if each.state == CopyState.NOT_TAKEN and each.draft_id == row.id:
            transfer = relay.offer(act, each.id, arrival.secretariat_id, each.office_id)
            if circular:
                send_circular_again(act, arrival, row, each, transfer)
            else:
                _send(act, arrival, row, each, transfer)
            act.append(
                "answer.resent",
                subject=arrival.letter_id,
                actor=actor.ref,
                fields={
                    "draft": str(row.id),
                    "hop": transfer.hop,
                    "secretariat": str(arrival.secretariat_id),
                },
            )


def _addressees(arrival: Arrival) -> list[Addressee]:
    return list(Addressee.objects.filter(arrival=arrival).order_by("seq"))


def _to_the_writer(arrival: Arrival) -> None:
    office = directory.office(arrival.from_office_id)
    write_addressees(
        arrival,
        [
            {
                "agency_id": office.agency_id,
                "agency_name": office.agency_name[:200],
                "office_id": office.id,
                "phrase": "",
            }
        ],
    )


def _send(act: Act, arrival: Arrival, row: Draft, to: Addressee, transfer: Transfer) -> None:
    to.state, to.draft_id = CopyState.SENT.value, row.id
    to.save(update_fields=["state", "draft_id"])
    agency_name = directory.office(arrival.secretariat_id).agency_name
    going = [each.id for each in _addressees(arrival) if each.draft_id in (None, row.id)]
    place = going.index(to.id)
    enclosures = enclosures_of(arrival)
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=to.office_id,
        kind=wire.SENT,
        version=wire.VERSION,
        payload={
            **signed_payload(row, agency_name),
            "letter": str(arrival.letter_id),
            "draft": str(row.id),
            "item": str(to.id),
            "answers": str(arrival.letter_id) if arrival.way == Way.INCOMING else None,
            "place": place,
            "pages": wire.pages_out(enclosures),
            **({} if row.covers else _uncovered(arrival, place)),
            "terms": terms_out(arrival.terms) if arrival.way == Way.OUTGOING else {},
        },
        subject=arrival.letter_id,
        blobs=tuple(dict.fromkeys(page.digest for page in enclosures)),
        transfer=transfer,
    )


def _uncovered(arrival: Arrival, place: int) -> dict[str, Any]:
    """Return what a letter says that was signed before a signature covered this."""
    covers = covers_of(arrival)
    return {
        "copy": place > 0,
        "phrase": covers["to"][place]["phrase"],
        "urgency": covers["urgency"],
        "addressees": covers["to"],
        "links": covers["links"],
    }
