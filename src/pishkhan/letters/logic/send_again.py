"""Send a letter again that the agency's side refused to take in."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeRef
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.rules import next_submission
from pishkhan.relay import api as relay


def send_again(actor: Actor, letter_id: UUID) -> None:
    """Offer an undelivered letter to its agency once more, as it was and under its code.

    It goes where the agency's letters arrive now, which may be another secretariat than before.
    Needs the counter that accepted it. Raises NotFound, Refused (`letters.not-now`,
    `letters.agency-closed`).
    """
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        row.state = next_submission("send_again", SubmissionState(row.state)).value
        office = _receiver(row.agency_id)
        row.outgoing_id = relay.send_again(act, row.outgoing_id, to_office=office.id)
        row.secretariat_id, row.last_step_at = office.id, act.at
        row.save(update_fields=("state", "outgoing_id", "secretariat_id", "last_step_at"))
        add_step(row.counter_id, row.id, StepKind.SENT_AGAIN, at=act.at, by=actor.label)
        act.append(
            "letter.sent_again",
            subject=row.id,
            actor=actor.ref,
            fields={"counter": str(row.counter_id), "secretariat": str(office.id)},
        )


def _receiver(agency_id: UUID) -> OfficeRef:
    try:
        return directory.default_secretariat(agency_id)
    except NotFound:
        raise Refused(
            "letters.agency-closed",
            N_("This agency takes no letters now; the applicant may withdraw this one."),
        ) from None
