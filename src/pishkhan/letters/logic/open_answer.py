"""Read an answer at the counter."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import AnswerView, SignedAs
from pishkhan.letters.models import Answer, Reading


def open_answer(actor: Actor, letter_id: UUID, answer_id: UUID | None = None) -> AnswerView:
    """Return an answer with its text; the reading is an entry once per clerk, answer and day.

    `answer_id` names one of the letter's answers; None, the newest.

    Raises NotFound: `letters.not-found`, `letters.no-answer`.
    """
    row = submission_for(actor, letter_id)
    mine = Answer.objects.filter(letter_id=row.id, counter_id=row.counter_id)
    wanted = answer_id or row.answer_id
    answer = None if wanted is None else mine.filter(pk=wanted).first()
    if answer is None:
        raise NotFound("letters.no-answer", N_("There is no answer yet."))
    today = clock.current().now().astimezone(TEHRAN).date()
    seen = Reading.objects.filter(letter_id=answer.id, reader=actor.ref, day=today)
    if not seen.exists():
        with journal.act() as act:
            _, first = Reading.objects.get_or_create(
                letter_id=answer.id, reader=actor.ref, day=act.at.astimezone(TEHRAN).date()
            )
            if first:
                act.append(
                    "answer.opened",
                    subject=answer.id,
                    actor=actor.ref,
                    fields={"counter": str(row.counter_id), "letter": str(row.id)},
                )
    return answer_view(answer)


def answer_view(answer: Answer, *, with_text: bool = True) -> AnswerView:
    """Return the answer as a value; without its text, all but `recipient` and `body`."""
    view = AnswerView(
        id=answer.id,
        number_text=answer.number_text,
        recipient=answer.recipient,
        subject=answer.subject,
        body=answer.body,
        signer_name=answer.signer_name,
        signer_title=answer.signer_title,
        agency_name=answer.agency_name,
        signed_at=answer.signed_at,
        dispatched_at=answer.dispatched_at,
        signature=bytes(answer.signature),
        key_id=answer.key_id,
        text_digest=answer.text_digest,
        handed_over_at=answer.handed_over_at,
        signed_as=SignedAs(answer.signed_as),
        signed_for=answer.signed_for,
        agency_id=UUID(answer.covers["from"]["agency"]) if answer.covers else None,
        promise=answer.promise,
    )
    return view if with_text else replace(view, recipient="", body="")
