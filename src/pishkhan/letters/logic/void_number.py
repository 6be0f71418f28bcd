"""Void a number with a reason (ابطال شماره): gap-free means issued or voided."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.letters import rules
from pishkhan.letters.access import secretariat_of
from pishkhan.letters.contracts import ArrivalState, NumberState, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Arrival, LetterNumber


def void_number(
    actor: Actor, *, year: int, number: int, reason: str, series: UUID | None = None
) -> None:
    """Void an incoming number of the actor's secretariat; it is never issued again.

    `series` is its indicator; None is the secretariat's first one.

    Only while the letter was not yet referred (registered by mistake: it becomes an arrival
    again and may be registered anew) or after it was withdrawn. An outgoing number stands on an
    answer that has left and stays issued. Raises NotFound, Forbidden, Refused, Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    office = secretariat_of(actor)
    with journal.act() as act:
        row = LetterNumber.objects.filter(
            secretariat_id=office.id, series_id=series or office.id, year=year, number=number
        ).first()
        if row is None:
            raise NotFound("letters.no-number")
        if row.outgoing:
            raise Refused(
                "letters.number-sent", N_("The number stands on an answer that was sent.")
            )
        case = case_for(actor, row.item_id, lock=True)
        # Read again under the letter's lock: whoever came first may have voided it.
        row.refresh_from_db()
        if row.state != NumberState.ISSUED:
            raise Refused("letters.number-voided", N_("The number was voided already."))
        rules.require("void_number", case.standing)
        row.state, row.void_reason = NumberState.VOIDED.value, reason
        row.save(update_fields=["state", "void_reason"])
        text = case.arrival.number_text
        _take_off(case.arrival, case.standing.state)
        add_step(
            office.id,
            case.arrival.letter_id,
            StepKind.NUMBER_VOIDED,
            at=act.at,
            by=actor,
            params={"number": text, "reason": reason},
        )
        if case.standing.state is not ArrivalState.WITHDRAWN:
            tell_counter(act, case.arrival, StepKind.NUMBER_VOIDED)
        act.append(
            "number.voided",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields=_fields(row, reason),
        )


def _take_off(arrival: Arrival, state: ArrivalState) -> None:
    arrival.state = rules.next_arrival("void_number", state).value
    arrival.number = arrival.year = arrival.registered_at = None
    arrival.number_text = ""
    arrival.save(update_fields=["state", "number", "year", "number_text", "registered_at"])


def _fields(row: LetterNumber, reason: str) -> dict[str, str | int]:
    return {
        "secretariat": str(row.secretariat_id),
        "series": str(row.series_id),
        "year": row.year,
        "number": row.number,
        "reason_digest": entered.digest(reason),
    }
