"""Answer a problem: at the agency, or at the body above it; the counter and the other are told."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters.access import secretariat_of
from pishkhan.letters.logic import entered, wire
from pishkhan.letters.models import Problem
from pishkhan.relay import api as relay

LONGEST = 2_000


def answer_problem(actor: Actor, problem_id: UUID, *, text: str) -> None:
    """Answer a problem that the actor's secretariat was told of.

    Needs SECRETARIAT. Raises NotFound `letters.not-found`; Refused `letters.problem-answered`;
    Invalid with the field `text`.
    """
    office = secretariat_of(actor)
    with journal.act() as act:
        rows = Problem.objects.select_for_update()
        row = rows.filter(problem_id=problem_id, office_id=office.id).first()
        if row is None:
            raise NotFound("letters.not-found")
        if row.answered_at is not None:
            raise Refused("letters.problem-answered", N_("This problem was answered already."))
        row.answer = entered.text("text", text, longest=LONGEST)
        row.answered_at = act.at
        row.answered_by = office.agency_name[:200]
        row.save(update_fields=["answered_at", "answer", "answered_by"])
        for told in {row.counter_id, row.agency_office_id, row.superior_office_id}:
            if told is None or told == office.id:
                continue
            relay.send(
                act,
                from_office=office.id,
                to_office=told,
                kind=wire.PROBLEM_ANSWERED,
                version=wire.VERSION,
                subject=row.letter_id,
                payload={
                    "problem": str(row.problem_id),
                    "answer": row.answer,
                    "answered_by": row.answered_by,
                    "at": wire.iso(act.at),
                },
            )
        act.append(
            "problem.answered",
            subject=row.letter_id,
            actor=actor.ref,
            fields={
                "problem": str(row.problem_id),
                "office": str(office.id),
                "answer_digest": entered.digest(row.answer),
            },
        )
