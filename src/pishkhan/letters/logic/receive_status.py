"""Take in what the agency says of a letter's progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters import access
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic import notify, wire
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import SAID
from pishkhan.letters.logic.told import REFUSED, TOO_LATE, next_told
from pishkhan.letters.models import StepRow, Submission
from pishkhan.relay.contracts import Delivery


@dataclass(frozen=True, slots=True)
class _Told:
    state: SubmissionState
    step: StepKind
    at: datetime
    number_text: str | None
    missing: str
    missing_until: date | None
    note: str


def receive_status(delivery: Delivery, act: Act) -> None:
    """Write the step to the counter's timeline and bring the letter's state up to date.

    A status older than the newest one applied adds its step and changes nothing else: the
    carriers promise no order. The same step told twice is written once. A withdrawal that came
    too late is no longer asked for. Raises Invalid (`letters.bad-message`), NotFound
    (`letters.no-letter`).
    """
    told = _read(delivery)
    row = submission_told(delivery, former=True)
    if delivery.from_office != row.secretariat_id and told.at > (row.status_at or told.at):
        raise no_letter()  # who passed the letter on has no say in what comes after
    if not _is_known(row, told):
        add_step(row.counter_id, row.id, told.step, at=told.at, params=_params(told))
        if _refuses_withdrawal(told):
            row.withdrawal_asked_at = None
            row.save(update_fields=("withdrawal_asked_at",))
    before = row.state
    if row.status_at is None or told.at >= row.status_at:
        row.status_at = told.at
        row.state = next_told(SubmissionState(row.state), told.state, told.step).value
        row.number_text = row.number_text if told.number_text is None else told.number_text
        returned = row.state == SubmissionState.RETURNED
        row.missing = told.missing if returned else ""
        row.missing_until = told.missing_until if returned else None
        row.last_step_at = max(row.last_step_at, told.at)
        row.save(
            update_fields=(
                "status_at",
                "state",
                "number_text",
                "missing",
                "missing_until",
                "last_step_at",
            )
        )
        if told.step is StepKind.RETURNED and returned:
            notify.returned(act, row.id, row.applicant_mobile, row.missing, row.missing_until)
        if told.step is StepKind.SET_ASIDE and row.state == SubmissionState.SET_ASIDE:
            notify.set_aside(act, row.id, row.applicant_mobile, row.tracking_code)
    act.append(
        "letter.status_received",
        subject=row.id,
        actor="system",
        fields={
            "before": before,
            "counter": str(row.counter_id),
            "state": row.state,
            "step": told.step.value,
            "told_at": wire.iso(told.at),
        },
    )


def submission_told(delivery: Delivery, *, former: bool = False) -> Submission:
    """Return the letter that a message to this counter speaks of, locked.

    The sender must be the office that the letter is with, or with `former` the one that
    transferred it last: no other agency may speak of it. Unavailable when the message builds on
    a transfer of which this counter was not told yet.
    """
    row = access.submission_at(delivery.to_office, wire.key_of(delivery.payload, "letter"))
    hop = wire.hop_in(delivery.payload)
    if row is None:
        raise no_letter()
    if delivery.from_office == row.secretariat_id:
        return row
    if hop > row.hop:
        raise wire.not_here_yet()
    if not former or delivery.from_office != row.former_id:
        raise no_letter()
    return row


def no_letter() -> NotFound:
    """Return the refusal of a message about a letter that is not the sender's to speak of."""
    return NotFound("letters.no-letter", N_("This office has no such letter."))


def _read(delivery: Delivery) -> _Told:
    given = delivery.payload
    state = wire.choice(given, "state", SubmissionState)
    if state not in SAID.values():
        raise wire.bad_message()  # what lies at the counter is not for the agency to say
    return _Told(
        state=state,
        step=wire.choice(given, "step", StepKind),
        at=wire.moment(given, "at"),
        number_text=wire.line(given, "number_text", 40, required=False)
        if "number_text" in given
        else None,
        missing=wire.line(given, "missing", 500, required=False),
        missing_until=wire.day(given, "missing_until"),
        note=wire.line(given, "note", 500, required=False),
    )


def _params(told: _Told) -> dict[str, str]:
    about = REFUSED if _refuses_withdrawal(told) else "note"
    params = {"number": told.number_text or "", "missing": told.missing, about: told.note}
    if told.missing_until is not None:
        params["until"] = told.missing_until.isoformat()
    return {name: value for name, value in params.items() if value}


def _refuses_withdrawal(told: _Told) -> bool:
    return told.step is StepKind.WITHDRAWAL_ASKED and told.note == TOO_LATE


_SAME_STEP = Prepared(
    lambda letter_id, office_id, kind, at: StepRow.objects.filter(
        letter_id=letter_id, office_id=office_id, kind=kind, at=at
    ).values_list("id"),
    letter_id=UUID,
    office_id=UUID,
    kind=str,
    at=datetime,
)


def _is_known(row: Submission, told: _Told) -> bool:
    same = _SAME_STEP.first(
        letter_id=row.id, office_id=row.counter_id, kind=told.step.value, at=told.at
    )
    return same is not None
