"""Load letters in bulk: accepted at a counter and arrived at their agencies, in one act.

For measuring with many letters. Every row and entry is there that `accept` and the first round
of the post would have written one by one (tests/letters/test_load_bulk.py derives both); the
receipts are the worker's, as ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeRef
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act, NewEntry
from pishkhan.kernel import rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.ids import new_id
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import (
    Acceptance,
    Accepted,
    ArrivalState,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.logic import notify, wire
from pishkhan.letters.logic.accept import entry_of, files_of, payload_of, receiver_of, row_of
from pishkhan.letters.logic.check_acceptance import check_acceptance
from pishkhan.letters.logic.letter_fee import fee_at
from pishkhan.letters.logic.receive_submission import values_of
from pishkhan.letters.models import Arrival, PageRow, Person, StepRow, Submission
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery, NewMessage, Transfer


@dataclass(slots=True)
class _Letter:
    """A letter on its way through the loader."""

    id: UUID
    code: str
    given: Acceptance
    office: OfficeRef
    person: UUID
    transfer: Transfer | None = None
    payload: dict[str, Any] | None = None


def load_bulk(actor: Actor, acceptances: Sequence[Acceptance]) -> list[Accepted]:
    """Accept letters at the actor's counter and let them arrive; return them in order.

    All at the same moment, each checked as `accept` does; nonces are taken as new. Raises what
    `accept` raises, and Refused `relay.post-under-way` while other post is on its way there.
    """
    counter = counter_of(actor)
    with journal.act() as act:
        letters = _checked(act, counter, acceptances)
        transfers = relay.hold_and_offer_many(
            act,
            [letter.id for letter in letters],
            counter.id,
            [letter.office.id for letter in letters],
        )
        for letter, transfer in zip(letters, transfers, strict=True):
            letter.transfer = transfer
            letter.payload = payload_of(
                act, counter, letter.given, letter_id=letter.id, code=letter.code
            )
        messages = [_submitted(counter, letter) for letter in letters]
        sent = relay.load_many(act, messages)
        relay.load_many(act, [_status(act, counter, letter) for letter in letters])
        _write_counter(act, actor, counter, letters, sent)
        _write_agencies(act, counter, letters, messages, sent)
        _write_both(act, actor, counter, letters)
        journal.append_many(
            act, [e for letter in letters for e in _entries(act, actor, counter, letter)]
        )
    return [Accepted(letter.id, letter.code, act.at) for letter in letters]


def _checked(act: Act, counter: OfficeRef, acceptances: Sequence[Acceptance]) -> list[_Letter]:
    today, fee = act.at.astimezone(TEHRAN).date(), fee_at(act.at)
    checked = [check_acceptance(given, today=today, fee=fee) for given in acceptances]
    offices = {given.agency_id: receiver_of(given.agency_id) for given in checked}
    people = _people(act, counter.id, checked)
    letters = []
    for given in checked:
        letter_id = new_id()
        person = people[given.applicant.id_kind.value, given.applicant.number]
        code = directory.next_tracking(act, counter.id)
        letters.append(_Letter(letter_id, code, given, offices[given.agency_id], person))
    return letters


def _people(
    act: Act, office_id: UUID, checked: Sequence[Acceptance]
) -> dict[tuple[str, str], UUID]:
    """Return the ids of the applicants at this counter; those who are new here are kept."""
    wanted = {(g.applicant.id_kind.value, g.applicant.number): g.applicant for g in checked}
    known = {
        (kind, number): id_
        for id_, kind, number in Person.objects.filter(
            office_id=office_id, number__in={number for _, number in wanted}
        ).values_list("id", "id_kind", "number")
    }
    fresh = {key: new_id() for key in wanted if key not in known}
    rows.insert_many(
        Person,
        (
            {
                "id": id_,
                "office_id": office_id,
                "id_kind": key[0],
                "number": key[1],
                "name": wanted[key].name,
                "mobile": wanted[key].mobile,
                "updated_at": act.at,
            }
            for key, id_ in fresh.items()
        ),
    )
    return known | fresh


def _submitted(counter: OfficeRef, letter: _Letter) -> NewMessage:
    assert letter.payload is not None
    return NewMessage(
        from_office=counter.id,
        to_office=letter.office.id,
        kind=wire.SUBMITTED,
        version=wire.VERSION,
        payload=letter.payload,
        subject=letter.id,
        blobs=files_of(letter.given),
        transfer=letter.transfer,
    )


def _status(act: Act, counter: OfficeRef, letter: _Letter) -> NewMessage:
    return NewMessage(
        from_office=letter.office.id,
        to_office=counter.id,
        kind=wire.STATUS,
        version=wire.VERSION,
        payload={
            "letter": str(letter.id),
            "state": SubmissionState.ARRIVED.value,
            "step": StepKind.ARRIVED.value,
            "at": wire.iso(act.at),
            "number_text": "",
        },
        subject=letter.id,
    )


def _write_counter(
    act: Act, actor: Actor, counter: OfficeRef, letters: list[_Letter], sent: list[UUID]
) -> None:
    rows.insert_many(
        Submission,
        (
            row_of(act, actor, counter, letter.office, letter.given)
            | {
                "id": letter.id,
                "tracking_code": letter.code,
                "person_id": letter.person,
                "outgoing_id": outgoing,
                "state": SubmissionState.ARRIVED.value,
                "status_at": act.at,
            }
            for letter, outgoing in zip(letters, sent, strict=True)
        ),
    )
    for letter in letters:
        notify.accepted(act, letter.id, letter.given.applicant.mobile, letter.code)


def _write_agencies(
    act: Act,
    counter: OfficeRef,
    letters: list[_Letter],
    messages: list[NewMessage],
    sent: list[UUID],
) -> None:
    columns = Arrival._meta.concrete_fields
    arrivals = []
    for letter, message, outgoing in zip(letters, messages, sent, strict=True):
        delivery = _delivery(act, counter, message, outgoing)
        arrival = Arrival(
            id=new_id(),
            letter_id=letter.id,
            secretariat_id=letter.office.id,
            arrived_at=act.at,
            state=ArrivalState.ARRIVED.value,
            **values_of(delivery.payload, letter.office),
        )
        arrivals.append({field.attname: getattr(arrival, field.attname) for field in columns})
    rows.insert_many(Arrival, arrivals)


def _delivery(act: Act, counter: OfficeRef, message: NewMessage, outgoing: UUID) -> Delivery:
    return Delivery(
        envelope_id="",
        outgoing_id=outgoing,
        kind=message.kind,
        version=message.version,
        from_office=counter.id,
        to_office=message.to_office,
        subject=message.subject,
        payload=message.payload,
        blobs=message.blobs,
        created_at=act.at,
        transfer=message.transfer,
        origin=journal.node_id(),
    )


def _write_both(act: Act, actor: Actor, counter: OfficeRef, letters: list[_Letter]) -> None:
    """Write pages and steps, a copy for each of the two offices."""
    rows.insert_many(
        PageRow,
        (
            {"office_id": office, "letter_id": letter.id, "seq": seq}
            | {
                "role": page.role.value,
                "digest": page.digest,
                "media_type": page.media_type,
                "size": page.size,
                "leaves": page.leaves,
                "rotation": page.rotation,
                "name": page.name,
            }
            for letter in letters
            for office in (counter.id, letter.office.id)
            for seq, page in enumerate(letter.given.pages, 1)
        ),
    )
    arrived, accepted = StepKind.ARRIVED, StepKind.ACCEPTED
    rows.insert_many(
        StepRow,
        (
            {
                "office_id": office,
                "letter_id": letter.id,
                "kind": kind.value,
                "at": act.at,
                "by": by,
                "params": params,
            }
            for letter in letters
            for office, kind, by, params in (
                (counter.id, accepted, actor.label[:160], {}),
                (letter.office.id, arrived, "", {"from": counter.name[:160]}),
                (counter.id, arrived, "", {}),
            )
        ),
    )


def _entries(act: Act, actor: Actor, counter: OfficeRef, letter: _Letter) -> list[NewEntry]:
    told = {
        "before": SubmissionState.QUEUED.value,
        "counter": str(counter.id),
        "state": SubmissionState.ARRIVED.value,
        "step": StepKind.ARRIVED.value,
        "told_at": wire.iso(act.at),
    }
    where = {"secretariat": str(letter.office.id), "counter": str(counter.id)}
    entry = entry_of(
        counter, letter.office, letter.given, letter_id=letter.id, code=letter.code, at=act.at
    )
    return [
        NewEntry("letter.accepted", letter.id, actor.ref, entry),
        NewEntry("letter.arrived", letter.id, "system", where),
        NewEntry("letter.status_received", letter.id, "system", told),
    ]
