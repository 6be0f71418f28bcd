"""Accept a citizen's letter at the counter."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from django.db import IntegrityError

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeRef
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.journal.slip import FIELD as SLIP
from pishkhan.journal.slip import Slip
from pishkhan.kernel import canonical, rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused, Unavailable
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import normalise
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import (
    Acceptance,
    Accepted,
    Circumstances,
    StepKind,
    SubmissionState,
)
from pishkhan.letters.logic import circumstances, notify, wire
from pishkhan.letters.logic.check_acceptance import check_acceptance
from pishkhan.letters.logic.check_circumstances import check_circumstances
from pishkhan.letters.logic.check_number import check_number
from pishkhan.letters.logic.letter_fee import fee_at
from pishkhan.letters.logic.pages import insert_pages
from pishkhan.letters.logic.persons import keep_person
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import PageRow, Submission
from pishkhan.relay import api as relay

_TRIES = 3


def accept(actor: Actor, acceptance: Acceptance) -> Accepted:
    """Accept a letter: one transaction writes all of it and queues it for the agency.

    Needs a seat at a counter; the files of the pages are stored already. A repeat of the same
    nonce at the same counter gives the first outcome again with `repeated`, also when both run
    at once; `same` tells whether it said the same. Raises Invalid (`letters.bad-acceptance`)
    with every faulty field.
    """
    counter = counter_of(actor)
    for _ in range(_TRIES):
        try:
            return _accept(actor, counter, acceptance)
        except (Invalid, IntegrityError) as error:
            if journal.current_act() is not None:
                raise  # the caller's transaction is not ours to begin again
            # A twin of this submit won the race, or came long ago when all was still valid.
            known = _known(counter.id, acceptance)
            if known is not None:
                return known
            if isinstance(error, Invalid):
                raise
            # Two clerks of one counter met over a new person's row: begin again.
    raise Unavailable("letters.busy")


def _known(counter_id: UUID, given: Acceptance) -> Accepted | None:
    row = Submission.objects.filter(counter_id=counter_id, nonce=given.nonce).first()
    if row is None:
        return None
    pages = PageRow.objects.filter(office_id=counter_id, letter_id=row.id, round=0)
    person = given.applicant
    try:
        number = check_number(person.id_kind, person.number)
    except Invalid:
        number = person.number
    beside = check_circumstances(
        given.circumstances,
        applicant=replace(person, number=number),
        mobile=person.mobile,
        body=given.body,
        pages=given.pages,
        today=row.accepted_at.astimezone(TEHRAN).date(),
        faults={},
    )
    same = (row.agency_id, row.applicant_number, row.norm, row.circumstances) == (
        given.agency_id,
        number,
        normalise(f"{given.subject}\n{given.body}\n{person.name}"),
        circumstances.kept(beside),
    ) and [page.digest for page in given.pages] == [
        *pages.order_by("seq").values_list("digest", flat=True)
    ]
    return Accepted(row.id, row.tracking_code, row.accepted_at, repeated=True, same=same)


def _accept(actor: Actor, counter: OfficeRef, acceptance: Acceptance) -> Accepted:
    with journal.act() as act:
        today = act.at.astimezone(TEHRAN).date()
        checked = check_acceptance(acceptance, today=today, fee=fee_at(act.at))
        office = receiver_of(acceptance.agency_id)
        letter_id = new_id()
        person_id = keep_person(
            act, counter.id, checked.applicant, mobile_of=checked.circumstances.mobile_of
        )
        # The counter's block of codes is locked from here to the end of the act.
        code = directory.next_tracking(act, counter.id)
        with rows.together():
            insert_pages(counter.id, letter_id, enumerate(checked.pages, 1))
            outgoing_id = relay.send(
                act,
                from_office=counter.id,
                to_office=office.id,
                kind=wire.SUBMITTED,
                version=wire.VERSION,
                subject=letter_id,
                blobs=files_of(checked),
                transfer=relay.hold_and_offer(act, letter_id, counter.id, office.id),
                payload=payload_of(act, counter, checked, letter_id=letter_id, code=code),
            )
            rows.insert(
                Submission,
                row_of(act, actor, counter, office, checked)
                | {
                    "id": letter_id,
                    "tracking_code": code,
                    "person_id": person_id,
                    "outgoing_id": outgoing_id,
                },
            )
            add_step(
                counter.id,
                letter_id,
                StepKind.ACCEPTED,
                at=act.at,
                by=actor.label,
                params=late(checked) | circumstances.told(checked.circumstances),
            )
            notify.accepted(act, letter_id, checked.applicant.mobile, code)
            act.append(
                "letter.accepted",
                subject=letter_id,
                actor=actor.ref,
                fields=entry_of(
                    counter, office, checked, letter_id=letter_id, code=code, at=act.at
                ),
            )
            act.settle()
        return Accepted(letter_id, code, act.at)


def receiver_of(agency_id: UUID) -> OfficeRef:
    """Return the office that the agency's letters go to; Invalid with field `agency_id`."""
    try:
        return directory.default_secretariat(agency_id)
    except (NotFound, Refused):
        raise Invalid(
            "letters.bad-acceptance",
            fields={"agency_id": Message(N_("Choose an agency from the list."))},
        ) from None


def row_of(
    act: Act, actor: Actor, counter: OfficeRef, office: OfficeRef, given: Acceptance
) -> dict[str, object]:
    """Return the columns of the counter's row that follow from what was given."""
    person, fee = given.applicant, given.fee
    return {
        "counter_id": counter.id,
        "counter_name": counter.name[:160],
        "clerk": actor.ref,
        "nonce": given.nonce,
        "applicant_id_kind": person.id_kind.value,
        "applicant_number": person.number,
        "applicant_name": person.name,
        "applicant_mobile": person.mobile,
        "others": given.circumstances.others,
        "circumstances": circumstances.kept(given.circumstances),
        "agency_id": given.agency_id,
        "agency_name": office.agency_name,
        "secretariat_id": office.id,
        "kind": given.kind.value,
        "subject": given.subject,
        "body": given.body,
        "norm": normalise(f"{given.subject}\n{given.body}\n{person.name}"),
        "urgency": given.urgency.value,
        "medium": given.medium.value,
        "print_intent": given.print_intent.value,
        "sheets": sheets(given),
        "state_fee": fee.state.minor,
        "commission": fee.commission.minor,
        "currency_epoch": fee.state.epoch.value,
        "pay_way": fee.way.value,
        "rrn": fee.rrn,
        "accepted_at": act.at,
        "taken_on": given.taken_on,
        "backdate_reason": given.backdate_reason,
        "state": SubmissionState.QUEUED.value,
        "last_step_at": act.at,
    }


def payload_of(
    act: Act, counter: OfficeRef, given: Acceptance, *, letter_id: UUID, code: str
) -> dict[str, object]:
    """Return what the envelope says to the agency's office."""
    person = given.applicant
    assert given.taken_on is not None
    beside = circumstances.kept(given.circumstances)
    return {
        "letter": str(letter_id),
        "tracking_code": code,
        "counter": {"id": str(counter.id), "name": counter.name[:160]},
        "agency": str(given.agency_id),
        "applicant": {
            "id_kind": person.id_kind.value,
            "number": person.number,
            "name": person.name,
            "mobile": person.mobile,
        },
        "kind": given.kind.value,
        "subject": given.subject,
        "body": given.body,
        "urgency": given.urgency.value,
        "medium": given.medium.value,
        "print_intent": given.print_intent.value,
        "sheets": sheets(given),
        "accepted_at": wire.iso(act.at),
        "taken_on": given.taken_on.isoformat(),
        "late_reason": given.backdate_reason,
        "pages": wire.pages_out(given.pages),
        **({"circumstances": beside} if beside else {}),
    }


def late(given: Acceptance) -> dict[str, str]:
    """Return what the timeline says of a letter that was taken on paper on an earlier day."""
    if not given.backdate_reason or given.taken_on is None:
        return {}
    return {"taken_on": given.taken_on.isoformat(), "reason": given.backdate_reason}


def files_of(given: Acceptance) -> tuple[str, ...]:
    """Return the digests of the letter's files, each once."""
    return tuple(dict.fromkeys(page.digest for page in given.pages))


def entry_of(
    counter: OfficeRef,
    office: OfficeRef,
    given: Acceptance,
    *,
    letter_id: UUID,
    code: str,
    at: datetime,
) -> dict[str, journal.JSON]:
    """Return the entry's fields: each is salted by itself, none is a person's.

    The slip says again in one field what the receipt proves, so that its QR opens that alone.
    """
    assert given.taken_on is not None
    fee = given.fee
    pages = pages_digest([page.digest for page in given.pages])
    total = fee.state + fee.commission
    slip = Slip(
        code=code,
        at=at.astimezone(UTC).replace(microsecond=0),
        agency=given.agency_id,
        pages=bytes.fromhex(pages),
        fee=total.minor,
        epoch=total.epoch,
    )
    beside: dict[str, journal.JSON] = {}
    if given.circumstances != Circumstances():
        beside = {"circumstances": circumstances.digest(letter_id, given.circumstances)}
    return beside | {
        "agency": str(given.agency_id),
        "backdated": bool(given.backdate_reason),
        "code": code,
        "commission": fee.commission.minor,
        "counter": str(counter.id),
        "epoch": fee.state.epoch.value,
        "letter_kind": given.kind.value,
        "medium": given.medium.value,
        "pages": pages,
        "paid_by": fee.way.value,
        "print": given.print_intent.value,
        "secretariat": str(office.id),
        "sheets": sheets(given),
        SLIP: slip.value(),
        "state_fee": fee.state.minor,
        "taken_on": given.taken_on.isoformat(),
        "text": hashlib.sha256(
            canonical.dumps([str(letter_id), given.subject, given.body])
        ).hexdigest(),
        "urgency": given.urgency.value,
    }


def sheets(given: Acceptance) -> int:
    """Return how many leaves of paper or of a file the letter has; none when it was typed."""
    return sum(page.leaves for page in given.pages)


def pages_digest(digests: list[str]) -> str:
    """Return SHA-256 over the page digests, one a line, in order, in ASCII."""
    return hashlib.sha256("".join(f"{digest}\n" for digest in digests).encode()).hexdigest()
