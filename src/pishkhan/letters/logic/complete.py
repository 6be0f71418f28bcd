"""Add what was missing to a returned letter, under the same code."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Max

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import PageRef, StepKind, SubmissionState
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.logic.accept import pages_digest
from pishkhan.letters.logic.earlier import earlier
from pishkhan.letters.logic.pages import check_pages, insert_pages
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import PageRow, Submission
from pishkhan.letters.rules import next_submission
from pishkhan.relay import api as relay

LONGEST_NOTE = 300


def complete(actor: Actor, letter_id: UUID, *, pages: tuple[PageRef, ...], note: str = "") -> None:
    """Send the missing pages or words after a letter that the agency returned.

    Needs the counter that accepted it, in state returned; else Refused (`letters.not-now`), so
    a second submit of the same completion changes nothing. Raises Invalid with fields pages, note.
    """
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        row.state = next_submission("complete", SubmissionState(row.state)).value
        last = PageRow.objects.filter(letter_id=row.id, office_id=row.counter_id).aggregate(
            last=Max("seq")
        )["last"]
        first = (last or 0) + 1
        checked = check_pages(pages, earlier=first - 1)
        words = entered.line("note", note, longest=LONGEST_NOTE, required=False)
        if not checked and not words:
            raise Invalid(
                "letters.empty-completion",
                fields={"pages": Message(N_("Add at least one page, or write a note."))},
            )
        row.rounds += 1
        insert_pages(row.counter_id, row.id, list(enumerate(checked, first)), round_no=row.rounds)
        row.outgoing_id = _tell_agency(act, row, checked, first=first, note=words)
        row.sheets += sum(page.leaves for page in checked)
        row.missing, row.missing_until = "", None
        row.last_step_at = act.at
        row.save(
            update_fields=(
                "state",
                "rounds",
                "outgoing_id",
                "sheets",
                "missing",
                "missing_until",
                "last_step_at",
            )
        )
        add_step(
            row.counter_id,
            row.id,
            StepKind.COMPLETED,
            at=act.at,
            by=actor.label,
            params={"note": words} if words else {},
        )
        act.append(
            "letter.completed",
            subject=row.id,
            actor=actor.ref,
            fields={
                "counter": str(row.counter_id),
                "pages": pages_digest([page.digest for page in checked]),
                "round": row.rounds,
                "sheets": sum(page.leaves for page in checked),
            },
        )


def _tell_agency(
    act: Act, row: Submission, pages: tuple[PageRef, ...], *, first: int, note: str
) -> UUID:
    return relay.send(
        act,
        from_office=row.counter_id,
        to_office=row.secretariat_id,
        kind=wire.COMPLETED,
        version=wire.VERSION,
        subject=row.id,
        blobs=tuple(dict.fromkeys(page.digest for page in pages)),
        after=earlier(row),
        payload=wire.hop_out(row.hop)
        | {
            "letter": str(row.id),
            "round": row.rounds,
            "note": note,
            "at": wire.iso(act.at),
            "pages": wire.pages_out(pages, first=first),
        },
    )
