"""Take in what another agency wrote, and what became of what this one wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import OfficeKind, OfficeRef
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import normalise
from pishkhan.letters.contracts import (
    ArrivalState,
    Classification,
    CopyState,
    DraftState,
    IdKind,
    LetterKind,
    LinkRef,
    Medium,
    PageRef,
    PrintIntent,
    StepKind,
    Urgency,
)
from pishkhan.letters.logic import roll, wire
from pishkhan.letters.logic.circular_list import keep_circular
from pishkhan.letters.logic.covers import (
    MOST_LINKS,
    MOST_TO,
    covers_in,
    enclosed,
    links_in,
)
from pishkhan.letters.logic.link import add_links
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.receive_answer import check_signature, read_signed
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_sender
from pishkhan.letters.logic.terms import terms_in
from pishkhan.letters.models import Addressee, Arrival, Draft
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery, Refusal


def receive_letter(delivery: Delivery, act: Act) -> None:
    """Keep another agency's letter as an arrival with its number and date; tell its writer.

    An answer is told of on the letter that it answers. The same letter twice is harmless. Raises
    Invalid (`letters.bad-message`, `letters.bad-signature`), NotFound, Refused
    (`letters.not-a-secretariat`); the writer's agency is custodian again then.
    """
    given = delivery.payload
    item = wire.key_of(given, "item")
    if delivery.transfer is None or delivery.transfer.item != item:
        raise wire.bad_message()
    office = directory.office(delivery.to_office)
    if office.kind is not OfficeKind.SECRETARIAT or office.agency_id is None:
        raise Refused("letters.not-a-secretariat", N_("Letters are received by secretariats only."))
    values = read_signed(given)
    check_signature(
        given,
        values,
        letter_id=wire.key_of(given, "letter"),
        answer_id=wire.key_of(given, "draft"),
    )
    relay.take(act, delivery.transfer, office.id)
    fields = {"from": str(delivery.from_office), "secretariat": str(office.id)}
    if Arrival.objects.filter(secretariat_id=office.id, letter_id=item).exists():
        act.append("letter.arrived_again", subject=item, actor="system", fields=fields)
        return
    said = _said(given, values, office)
    pages = _enclosures(delivery, said)
    arrival = _keep(act, office, delivery, values, said)
    insert_pages(office.id, item, pages)
    if said.circular:
        keep_circular(arrival, said.circular["name"], said.circular["size"])
    add_links(arrival, said.links, at=act.at)
    add_step(office.id, item, StepKind.ARRIVED, at=act.at, params={"from": said.agency_name})
    if given.get("answers"):
        _replied(act, arrival, wire.key_of(given, "answers"))
    tell_sender(act, arrival)
    act.append("letter.arrived", subject=item, actor="system", fields=fields)


def _keep(
    act: Act,
    office: OfficeRef,
    delivery: Delivery,
    values: Mapping[str, Any],
    said: _Said,
) -> Arrival:
    item = wire.key_of(delivery.payload, "item")
    name, agency_id = said.agency_name, office.agency_id
    assert agency_id is not None  # a secretariat is an agency's
    arrival = Arrival(
        id=new_id(),
        letter_id=item,
        secretariat_id=office.id,
        agency_id=agency_id,
        from_office_id=delivery.from_office,
        from_name=name[:160],
        tracking_code="",
        applicant_id_kind=IdKind.LEGAL.value,
        applicant_number="",
        applicant_name=name[:160],
        kind=LetterKind.REQUEST.value,
        subject=values["subject"],
        body=values["body"],
        norm=normalise(f"{values['subject']}\n{values['body']}\n{name}"),
        urgency=said.urgency,
        classification=said.classification,
        medium=Medium.ELECTRONIC.value,
        print_intent=PrintIntent.NONE.value,
        sheets=sum(each["leaves"] for each in said.covers.get("enclosures", ())),
        accepted_at=values["dispatched_at"],
        arrived_at=act.at,
        state=ArrivalState.ARRIVED.value,
        sender_number=values["number_text"],
        sender_date=values["dispatched_at"].astimezone(TEHRAN).date(),
        official=_official(delivery.payload, values, said),
        terms=terms_in(delivery.payload),
    )
    columns = Arrival._meta.concrete_fields
    rows.insert(Arrival, {f.attname: getattr(arrival, f.attname) for f in columns})
    return arrival


def _official(given: Mapping[str, Any], values: Mapping[str, Any], said: _Said) -> dict[str, Any]:
    """Return what the row keeps of the paper: who signed, to whom it went, and the proof."""
    return {
        "addressees": said.to,
        "copy": said.as_copy,
        "phrase": said.phrase,
        "covers": said.covers,
        "letter": str(wire.key_of(given, "letter")),
        "draft": str(wire.key_of(given, "draft")),
        "version": given["version"],
        "agency_name": said.agency_name,
        "recipient": values["recipient"],
        "signer_name": values["signer_name"],
        "signer_title": values["signer_title"],
        "signed_as": values["signed_as"],
        "signed_for": values["signed_for"],
        "signed_at": wire.iso(values["signed_at"]),
        "dispatched_at": wire.iso(values["dispatched_at"]),
        "text_digest": values["text_digest"],
        "signature": values["signature"].hex(),
        "key_id": values["key_id"],
    }


def _enclosures(delivery: Delivery, said: _Said) -> list[tuple[int, PageRef]]:
    """Return the files that came with it, which are those that were signed, in their order."""
    if "pages" not in delivery.payload:  # of a node that sends none
        pages = []
    else:
        pages = wire.pages_in(delivery.payload, delivery.blobs)
    if enclosed([page for _seq, page in pages]) != said.covers.get("enclosures", []):
        raise wire.bad_message()
    return pages


@dataclass(frozen=True, slots=True)
class _Said:
    """What the letter says beside its words, signed with it or, in older ones, beside it."""

    agency_name: str
    to: list[dict[str, str]]
    as_copy: bool
    phrase: str
    urgency: str
    classification: str
    links: list[LinkRef]
    covers: dict[str, Any]
    circular: dict[str, Any] | None = None


def _said(given: Mapping[str, Any], values: Mapping[str, Any], office: OfficeRef) -> _Said:
    """Return it; refused where the signature covers another addressee than this agency."""
    covers = covers_in(given)
    if not covers:
        return _said_beside(given, values)
    circular = covers.get("circular")
    if circular and office.agency_id is not None:
        roll.check(circular, given, office.agency_id)
        return _said_covered(covers, to=[], circular=circular, office=office)
    place = wire.whole(given, "place", most=MOST_TO)
    if place >= len(covers["to"]) or covers["to"][place]["agency"] != str(office.agency_id):
        raise wire.bad_message()
    return _said_covered(
        covers,
        to=[{"name": each["name"], "phrase": each["phrase"]} for each in covers["to"]],
        office=office,
        place=place,
    )


def _said_covered(
    covers: dict[str, Any],
    *,
    to: list[dict[str, str]],
    office: OfficeRef,
    place: int = 0,
    circular: dict[str, Any] | None = None,
) -> _Said:
    return _Said(
        agency_name=covers["from"]["name"],
        to=to,
        as_copy=place > 0,
        phrase=covers["to"][place]["phrase"] if to else "",
        urgency=covers["urgency"],
        classification=_class(covers["class"], office),
        links=links_in(covers["links"]),
        covers=covers,
        circular=circular,
    )


def _class(given: str, office: OfficeRef) -> str:
    """Return the letter's class; above 1 it is taken in by a confidential secretariat alone."""
    if given not in set(Classification):
        raise wire.bad_message()
    if given > Classification.NORMAL and not office.confidential:
        raise Refused(
            "letters.not-confidential",
            N_("Letters of this class are received by confidential secretariats only."),
        )
    return given


def _said_beside(given: Mapping[str, Any], values: Mapping[str, Any]) -> _Said:
    return _Said(
        agency_name=values["agency_name"],
        to=[
            {
                "name": wire.line(each, "name", 200),
                "phrase": wire.line(each, "phrase", 120, required=False),
            }
            for each in wire.parts(given, "addressees", least=1, most=MOST_TO)
        ],
        as_copy=given.get("copy") is True,
        phrase=wire.line(given, "phrase", 120, required=False),
        urgency=wire.choice(given, "urgency", Urgency).value,
        classification=Classification.NORMAL.value,
        links=links_in(wire.parts(given, "links", most=MOST_LINKS)),
        covers={},
    )


def _replied(act: Act, arrival: Arrival, item: UUID) -> None:
    """Say on the letter that was written here that it is answered, and with which number."""
    row = _addressee(item, there=arrival.from_office_id, here=arrival.secretariat_id)
    if row is None:
        return
    row.state, row.told_at = CopyState.ANSWERED.value, act.at
    row.save(update_fields=["state", "told_at"])
    add_step(
        arrival.secretariat_id,
        row.arrival.letter_id,
        StepKind.REPLIED,
        at=act.at,
        params={"from": arrival.from_name, "number": arrival.sender_number},
    )


def _addressee(item: UUID, *, there: UUID, here: UUID) -> Addressee | None:
    return (
        Addressee.objects.select_for_update(of=("self",))
        .select_related("arrival")
        .filter(pk=item, office_id=there, arrival__secretariat_id=here)
        .first()
    )


def receive_fate(delivery: Delivery, act: Act) -> None:
    """Note how far an addressee's letter has come there; only that office may say.

    Raises Invalid (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    given = delivery.payload
    row = _addressee(
        wire.key_of(given, "item"), there=delivery.from_office, here=delivery.to_office
    )
    if row is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    state, at = wire.choice(given, "state", CopyState), wire.moment(given, "at")
    if row.told_at is None or at >= row.told_at:
        row.state, row.told_at = state.value, at
        row.number_text = wire.line(given, "number_text", 40, required=False)
        row.save(update_fields=["state", "told_at", "number_text"])
    act.append(
        "letter.fate_received",
        subject=row.arrival.letter_id,
        actor="system",
        fields={"item": str(row.id), "state": state.value},
    )


def receive_letter_refused(refusal: Refusal, act: Act) -> None:
    """Lay a letter before the secretariat again that an addressee's node would not take in."""
    if refusal.item is None:
        return
    row = _addressee(refusal.item, there=refusal.to_office, here=refusal.from_office)
    if row is None:
        return
    row.state, row.told_at = CopyState.NOT_TAKEN.value, act.at
    row.save(update_fields=["state", "told_at"])
    if row.draft_id is None:
        return
    Draft.objects.filter(pk=row.draft_id, state=DraftState.DISPATCHED.value).update(
        state=DraftState.REFUSED.value
    )
    add_step(
        refusal.from_office,
        row.arrival.letter_id,
        StepKind.COPY_REFUSED,
        at=act.at,
        params={"to": row.agency_name},
    )
    act.append(
        "letter.copy_refused",
        subject=row.arrival.letter_id,
        actor="system",
        fields={"item": str(row.id), "reason": refusal.reason},
    )
