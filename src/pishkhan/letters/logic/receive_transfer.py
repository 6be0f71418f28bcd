"""Take in a letter that another agency transferred, or that the other agency would not take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeKind, OfficeRef
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, PageRef, PassedOn, StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.receive_completion import MOST_ROUNDS
from pishkhan.letters.logic.receive_submission import values_of
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.logic.trail import trail_of
from pishkhan.letters.logic.transfer import tell_moved
from pishkhan.letters.models import Arrival, PageRow
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery, Refusal


def receive_transfer(delivery: Delivery, act: Act) -> None:
    """Keep the letter as an arrival of this agency, with its trail, and tell its counter.

    One that this office transferred before goes on under its old number. The same transfer twice
    is harmless. Raises Invalid (`letters.bad-message`), NotFound and Refused
    (`letters.not-a-secretariat`), by which the sender stays custodian.
    """
    given = delivery.payload
    letter_id = wire.key_of(given, "letter")
    transfer = delivery.transfer
    if transfer is None or transfer.item != letter_id:
        raise wire.bad_message()
    office = directory.office(delivery.to_office)
    if office.kind is not OfficeKind.SECRETARIAT or office.agency_id is None:
        raise Refused("letters.not-a-secretariat", N_("Letters are received by secretariats only."))
    trail = trail_of(given.get("trail"))
    if not trail or trail[-1].office_id != delivery.from_office:
        raise wire.bad_message()
    relay.take(act, transfer, office.id)
    known = (
        Arrival.objects.select_for_update()
        .filter(secretariat_id=office.id, letter_id=letter_id)
        .first()
    )
    fields = {"from": str(delivery.from_office), "secretariat": str(office.id)}
    if known is not None and known.state != ArrivalState.TRANSFERRED:
        act.append("letter.arrived_again", subject=letter_id, actor="system", fields=fields)
        return
    values = _values(delivery, office) | {
        "hop": transfer.hop,
        "via_office_id": delivery.from_office,
        "trail": given["trail"],
        "rounds": wire.whole(given, "rounds", most=MOST_ROUNDS),
    }
    arrival = _come_back(act, known, values) if known else _new(act, office, letter_id, values)
    _keep_pages(arrival, given, delivery.blobs)
    # Who gets it for the first time reads how it came here; who had it knows the beginning.
    _draw(arrival, trail if known is None else trail[len(trail_of(known.trail)) + 1 :], office)
    add_step(
        office.id,
        letter_id,
        StepKind.ARRIVED,
        at=act.at,
        params={"from": trail[-1].agency_name},
    )
    if known is not None:
        known.trail = given["trail"]
        known.save(update_fields=["trail"])
    tell_counter(act, arrival, StepKind.ARRIVED)
    act.append("letter.arrived", subject=letter_id, actor="system", fields=fields)


def _values(delivery: Delivery, office: OfficeRef) -> dict[str, Any]:
    """Return the arrival's columns; which counter it came from is the sender's word."""
    given = delivery.payload
    return values_of(given, office) | {
        "sender_number": wire.line(given, "sender_number", 40, required=False),
        "sender_date": wire.day(given, "sender_date"),
    }


def _new(act: Act, office: OfficeRef, letter_id: Any, values: Mapping[str, Any]) -> Arrival:
    arrival = Arrival(
        id=new_id(),
        letter_id=letter_id,
        secretariat_id=office.id,
        arrived_at=act.at,
        state=ArrivalState.ARRIVED.value,
        **values,
    )
    columns = Arrival._meta.concrete_fields
    rows.insert(Arrival, {f.attname: getattr(arrival, f.attname) for f in columns})
    return arrival


def _come_back(act: Act, known: Arrival, values: Mapping[str, Any]) -> Arrival:
    """Take the letter up where this office left it, with what was added elsewhere."""
    known.hop, known.via_office_id = values["hop"], values["via_office_id"]
    known.sheets, known.rounds = values["sheets"], values["rounds"]
    known.arrived_at = act.at
    known.gone_to_id = None
    _take_up(known)
    known.save()
    return known


def _take_up(arrival: Arrival) -> None:
    arrival.state = rules.after_completion(
        registered=arrival.number is not None, referred=False
    ).value
    arrival.closed_at, arrival.outcome = None, ""


def _keep_pages(arrival: Arrival, given: Mapping[str, Any], blobs: Iterable[str]) -> None:
    """Write the pages that this office does not have yet, each under the round it came in."""
    had = set(
        PageRow.objects.filter(
            office_id=arrival.secretariat_id, letter_id=arrival.letter_id
        ).values_list("seq", flat=True)
    )
    by_round: dict[int, list[tuple[int, PageRef]]] = {}
    for round_no, seq, page in wire.held_in(given, tuple(blobs)):
        if seq not in had:
            by_round.setdefault(round_no, []).append((seq, page))
    for round_no, pages in by_round.items():
        insert_pages(arrival.secretariat_id, arrival.letter_id, pages, round_no=round_no)


def _draw(arrival: Arrival, trail: tuple[PassedOn, ...], office: OfficeRef) -> None:
    names = [past.agency_name for past in trail[1:]] + [office.agency_name]
    for past, to in zip(trail, names, strict=True):
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.TRANSFERRED,
            at=past.at,
            by=past.agency_name,
            params={"from": past.agency_name, "to": to, "reason": past.reason},
        )


def receive_transfer_refused(refusal: Refusal, act: Act) -> None:
    """Lay a letter before the secretariat again whose transfer the other side would not take in."""
    arrival = (
        Arrival.objects.select_for_update()
        .filter(
            letter_id=refusal.subject,
            secretariat_id=refusal.from_office,
            gone_to_id=refusal.to_office,
            state=ArrivalState.TRANSFERRED.value,
        )
        .first()
    )
    if arrival is None or refusal.item is None:
        return
    to = arrival.outcome
    arrival.gone_to_id = None
    _take_up(arrival)
    arrival.save(update_fields=["gone_to_id", "state", "closed_at", "outcome"])
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.TRANSFER_REFUSED,
        at=act.at,
        params={"to": to},
    )
    here = directory.office(arrival.secretariat_id)
    tell_moved(act, arrival, here, {"from": to, "to": here.agency_name})
    act.append(
        "letter.transfer_refused",
        subject=arrival.letter_id,
        actor="system",
        fields={"reason": refusal.reason, "to": str(refusal.to_office)},
    )
