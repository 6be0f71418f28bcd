"""Take in a letter that a counter accepted: from here on the secretariat is its custodian."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeKind, OfficeRef
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.kernel.text import normalise
from pishkhan.letters.contracts import (
    ArrivalState,
    IdKind,
    LetterKind,
    Medium,
    PrintIntent,
    StepKind,
    Urgency,
)
from pishkhan.letters.logic import circumstances, wire
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Arrival
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery


def receive_submission(delivery: Delivery, act: Act) -> None:
    """Keep the letter as an arrival, become its custodian and tell the counter.

    The same letter twice is harmless. Raises Invalid (`letters.bad-message`), NotFound and
    Refused (`letters.not-a-secretariat`), by which the counter stays custodian.
    """
    letter_id = wire.key_of(delivery.payload, "letter")
    if delivery.transfer is None or delivery.transfer.item != letter_id:
        raise wire.bad_message()
    office = directory.office(delivery.to_office)
    if office.kind is not OfficeKind.SECRETARIAT or office.agency_id is None:
        raise Refused("letters.not-a-secretariat", N_("Letters are received by secretariats only."))
    if wire.key_of(wire.part(delivery.payload, "counter"), "id") != delivery.from_office:
        raise wire.bad_message()
    values = values_of(delivery.payload, office)
    pages = wire.pages_in(delivery.payload, delivery.blobs)
    relay.take(act, delivery.transfer, office.id)
    fields = {"secretariat": str(office.id), "counter": str(delivery.from_office)}
    if _KNOWN.first(secretariat_id=office.id, letter_id=letter_id) is not None:
        act.append("letter.arrived_again", subject=letter_id, actor="system", fields=fields)
        return
    arrival = Arrival(
        id=new_id(),
        letter_id=letter_id,
        secretariat_id=office.id,
        arrived_at=act.at,
        state=ArrivalState.ARRIVED.value,
        **values,
    )
    beside = circumstances.read(arrival.circumstances)
    sender = {"from": arrival.from_name} | circumstances.told(beside)
    with rows.together():
        rows.insert(Arrival, {f.attname: getattr(arrival, f.attname) for f in _COLUMNS})
        insert_pages(office.id, letter_id, pages)
        add_step(office.id, letter_id, StepKind.ARRIVED, at=act.at, params=sender)
        tell_counter(act, arrival, StepKind.ARRIVED)
        act.append("letter.arrived", subject=letter_id, actor="system", fields=fields)


_COLUMNS = Arrival._meta.concrete_fields
_KNOWN = Prepared(
    lambda secretariat_id, letter_id: Arrival.objects.filter(
        secretariat_id=secretariat_id, letter_id=letter_id
    ).values_list("id"),
    secretariat_id=UUID,
    letter_id=UUID,
)


def values_of(given: Mapping[str, Any], office: OfficeRef) -> dict[str, Any]:
    """Return the arrival's columns that the counter's message gives, each bounded."""
    counter = wire.part(given, "counter")
    applicant = wire.part(given, "applicant")
    name = wire.line(applicant, "name", 160)
    subject = wire.line(given, "subject", 300)
    body = wire.text(given, "body", 100_000, required=False)
    accepted_at = wire.moment(given, "accepted_at")
    beside = circumstances.read(given.get("circumstances"))
    return {
        "agency_id": office.agency_id,
        "from_office_id": wire.key_of(counter, "id"),
        "from_name": wire.line(counter, "name", 160),
        "tracking_code": wire.line(given, "tracking_code", 13),
        "applicant_id_kind": wire.choice(applicant, "id_kind", IdKind).value,
        "applicant_number": wire.line(applicant, "number", 16),
        "applicant_name": name,
        "applicant_mobile": wire.line(applicant, "mobile", 16, required=False),
        "others": beside.others,
        "circumstances": circumstances.kept(beside),
        "kind": wire.choice(given, "kind", LetterKind).value,
        "subject": subject,
        "body": body,
        "norm": normalise(f"{subject}\n{body}\n{name}"),
        "urgency": wire.choice(given, "urgency", Urgency).value,
        "medium": wire.choice(given, "medium", Medium).value,
        "print_intent": wire.choice(given, "print_intent", PrintIntent).value,
        "sheets": wire.whole(given, "sheets", most=100_000),
        "accepted_at": accepted_at,
        "taken_on": _earlier_day(given, accepted_at),
        "late_reason": wire.line(given, "late_reason", 300, required=False),
    }


def _earlier_day(given: Mapping[str, Any], accepted_at: datetime) -> date | None:
    """Return the day on which the letter was taken on paper, when that was an earlier one."""
    taken_on = wire.day(given, "taken_on")
    entered_on = accepted_at.astimezone(TEHRAN).date()
    if taken_on is None or taken_on == entered_on:
        return None
    if taken_on > entered_on:
        raise wire.bad_message()
    return taken_on
