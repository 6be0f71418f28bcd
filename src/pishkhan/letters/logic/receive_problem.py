"""Take in a problem with an agency, at the agency or at the body above it."""

from __future__ import annotations

from pishkhan.directory import api as directory
from pishkhan.journal.api import Act
from pishkhan.kernel import tracking
from pishkhan.kernel.errors import N_, Invalid, NotFound
from pishkhan.letters.contracts.problems import ProblemBy, ProblemKind, ProblemRole
from pishkhan.letters.logic import wire
from pishkhan.letters.models import Arrival, Problem
from pishkhan.relay.contracts import Delivery


def receive_problem(delivery: Delivery, act: Act) -> None:
    """Keep a problem for the answer. The same one twice is harmless.

    An agency takes in only what is about a letter that this counter sent it; a body above, only
    what is about an agency right below it. Raises Invalid (`letters.bad-message`), NotFound.
    """
    given = delivery.payload
    problem_id, letter_id = wire.key_of(given, "problem"), wire.key_of(given, "letter")
    agency_office = wire.key_of(given, "agency_office")
    superior = wire.key_of(given, "superior_office") if given.get("superior_office") else None
    agency_id, due = wire.key_of(given, "agency"), wire.day(given, "due")
    code = wire.line(given, "code", tracking.LENGTH)
    office = directory.office(delivery.to_office)
    if due is None or not tracking.is_valid(code):
        raise wire.bad_message()
    if delivery.to_office == agency_office and office.agency_id == agency_id:
        role = ProblemRole.AGENCY
        known = Arrival.objects.filter(
            secretariat_id=office.id, letter_id=letter_id, from_office_id=delivery.from_office
        ).exists()
    elif delivery.to_office == superior:
        role, known = ProblemRole.SUPERIOR, _is_above(office.agency_id, agency_id)
    else:
        raise wire.bad_message()
    if not known:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    _, fresh = Problem.objects.get_or_create(
        problem_id=problem_id,
        office_id=office.id,
        defaults={
            "role": role.value,
            "letter_id": letter_id,
            "tracking_code": code,
            "counter_id": delivery.from_office,
            "counter_name": wire.line(given, "counter_name", 160),
            "agency_id": agency_id,
            "agency_name": wire.line(given, "agency_name", 200),
            "agency_office_id": agency_office,
            "superior_office_id": superior,
            "superior_name": wire.line(given, "superior_name", 200, required=False),
            "kind": wire.choice(given, "kind", ProblemKind).value,
            "words": wire.line(given, "words", 500, required=False),
            "by": wire.choice(given, "by", ProblemBy).value,
            "opened_at": wire.moment(given, "at"),
            "due": due,
        },
    )
    act.append(
        "problem.received" if fresh else "problem.received_again",
        subject=letter_id,
        actor="system",
        fields={"problem": str(problem_id), "office": str(office.id), "as": role.value},
    )


def receive_problem_answer(delivery: Delivery, act: Act) -> None:
    """Keep the answer to a problem; the first one counts.

    Raises Invalid (`letters.bad-message`), NotFound.
    """
    given = delivery.payload
    problem_id = wire.key_of(given, "problem")
    rows = Problem.objects.select_for_update()
    row = rows.filter(problem_id=problem_id, office_id=delivery.to_office).first()
    if row is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    if delivery.from_office not in {row.agency_office_id, row.superior_office_id}:
        raise Invalid("letters.bad-message")
    fresh = row.answered_at is None
    if fresh:
        row.answered_at = wire.moment(given, "at")
        row.answer = wire.text(given, "answer", 2_000)
        row.answered_by = wire.line(given, "answered_by", 200)
        row.save(update_fields=["answered_at", "answer", "answered_by"])
    act.append(
        "problem.answer_received" if fresh else "problem.answer_received_again",
        subject=row.letter_id,
        actor="system",
        fields={"problem": str(problem_id), "office": str(delivery.to_office)},
    )


def _is_above(body: object, agency_id: object) -> bool:
    try:
        return body is not None and directory.agency(agency_id).parent_id == body  # type: ignore[arg-type] # a UUID from the wire
    except NotFound:
        return False
