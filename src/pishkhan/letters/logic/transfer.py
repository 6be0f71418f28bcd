"""Transfer a letter to the agency that is competent for it (انتقال به دستگاه صالح)."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeRef
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, StepKind
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.pages import pages_of
from pishkhan.letters.logic.referrals import abandon_drafts, close_all
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.trail import MOST_MOVES, stretch, trail_of
from pishkhan.letters.models import Arrival
from pishkhan.relay import api as relay

ENDED = (
    "state",
    "closed_at",
    "outcome",
    "hop",
    "gone_to_id",
    "holder_post_id",
    "holder",
    "deadline",
)


def transfer(
    actor: Actor, arrival_id: UUID, *, agency_id: UUID, reason: str, again: bool = False
) -> None:
    """Send the letter on to another agency under the same code; its counter is told at once.

    The clerk's deed, while this agency has not answered. A number that was given stays issued and
    tells where the letter went; referrals end, drafts are given up. The other agency takes it in
    as an arrival, which it may return, set aside or transfer as any other. `again` confirms that
    it goes to an agency that passed it on before. Raises NotFound, Forbidden, Refused
    (`letters.not-now`, `letters.answered-already`, `letters.moved-too-often`), Invalid (fields
    `agency_id`, `reason`; `letters.transfer-loop`).
    """
    reason = entered.line("reason", reason, longest=300)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("transfer", case.standing)
        relay.require_custody(arrival.letter_id, arrival.secretariat_id)
        office = _receiver(arrival, agency_id, again=again)
        was = ArrivalState(arrival.state)
        here = directory.office(arrival.secretariat_id).agency_name
        told = {"from": here, "to": office.agency_name, "reason": reason}
        arrival.state = rules.next_arrival("transfer", was).value
        _send_on(act, arrival, office, told)
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.TRANSFERRED,
            at=act.at,
            by=actor,
            params=told,
        )
        tell_moved(act, arrival, office, told)
        act.append(
            "letter.transferred",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "again": again,
                "before": was.value,
                "from": str(arrival.secretariat_id),
                "reason_digest": entered.digest(reason),
                "to": str(office.id),
            },
        )


def _send_on(act: Act, arrival: Arrival, office: OfficeRef, told: Mapping[str, str]) -> None:
    """End the work here and offer the letter, whole, to the other office."""
    arrival.closed_at, arrival.outcome = act.at, office.agency_name[:300]
    offered = relay.offer(act, arrival.letter_id, arrival.secretariat_id, office.id)
    arrival.hop, arrival.gone_to_id = offered.hop, office.id
    close_all(arrival, at=act.at)
    abandon_drafts(arrival)
    arrival.save(update_fields=ENDED)
    pages = pages_of(arrival.secretariat_id, arrival.letter_id)
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=office.id,
        kind=wire.TRANSFERRED,
        version=wire.VERSION,
        subject=arrival.letter_id,
        blobs=tuple(dict.fromkeys(page.digest for page in pages)),
        transfer=offered,
        payload=payload_of(arrival)
        | {
            "trail": [*arrival.trail, _stretch(act, arrival, told)],
            "pages": wire.held_out(pages),
            "rounds": arrival.rounds,
        },
    )


def _receiver(arrival: Arrival, agency_id: UUID, *, again: bool) -> OfficeRef:
    """Return the office that takes in the other agency's letters; Invalid names the fault."""
    try:
        office = directory.default_secretariat(agency_id)
    except (NotFound, Refused):
        raise _wrong("letters.no-agency", Message(N_("Choose an agency from the list."))) from None
    if office.agency_id == arrival.agency_id:
        raise _wrong("letters.own-agency", Message(N_("The letter is with this agency already.")))
    if len(arrival.trail) >= MOST_MOVES:
        raise Refused(
            "letters.moved-too-often", N_("This letter was passed on too often; settle it here.")
        )
    if not again and any(past.agency_id == agency_id for past in trail_of(arrival.trail)):
        raise _wrong(
            "letters.transfer-loop",
            Message(
                N_("%(agency)s had this letter already and passed it on. Confirm to send it back."),
                {"agency": office.agency_name},
            ),
        )
    return office


def _wrong(code: str, message: Message) -> Invalid:
    return Invalid(code, fields={"agency_id": message})


def _stretch(act: Act, arrival: Arrival, told: Mapping[str, str]) -> dict[str, str]:
    return stretch(
        agency_id=arrival.agency_id,
        agency_name=told["from"],
        office_id=arrival.secretariat_id,
        number_text=arrival.number_text,
        reason=told["reason"],
        arrived_at=arrival.arrived_at,
        at=act.at,
    )


def payload_of(arrival: Arrival) -> dict[str, object]:
    """Return what a letter is, as the counter's own message said it, with what was corrected."""
    taken_on = arrival.taken_on
    return {
        "letter": str(arrival.letter_id),
        "tracking_code": arrival.tracking_code,
        "counter": {"id": str(arrival.from_office_id), "name": arrival.from_name},
        "applicant": {
            "id_kind": arrival.applicant_id_kind,
            "number": arrival.applicant_number,
            "name": arrival.applicant_name,
            "mobile": arrival.applicant_mobile,
        },
        "kind": arrival.kind,
        "subject": arrival.subject,
        "body": arrival.body,
        "urgency": arrival.urgency,
        "medium": arrival.medium,
        "print_intent": arrival.print_intent,
        "sheets": arrival.sheets,
        "accepted_at": wire.iso(arrival.accepted_at),
        "taken_on": taken_on.isoformat() if taken_on else None,
        "late_reason": arrival.late_reason,
        "sender_number": arrival.sender_number,
        "sender_date": arrival.sender_date.isoformat() if arrival.sender_date else None,
        **({"circumstances": arrival.circumstances} if arrival.circumstances else {}),
    }


def tell_moved(act: Act, arrival: Arrival, office: OfficeRef, told: dict[str, str]) -> None:
    """Tell the counter with which office the letter is from now on; that may be this one again."""
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=arrival.from_office_id,
        kind=wire.MOVED,
        version=wire.VERSION,
        subject=arrival.letter_id,
        payload={
            "letter": str(arrival.letter_id),
            "at": wire.iso(act.at),
            "hop": arrival.hop,
            "office": str(office.id),
            "agency_name": office.agency_name[:200],
            "back": office.id == arrival.secretariat_id,
            "registered": bool(arrival.number_text),
            "number_text": arrival.number_text,
            **told,
        },
    )
