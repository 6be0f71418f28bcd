"""Correct a letter's particulars (اصلاح مشخصات): what stood before stays on the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import CHOSEN, Table
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.contracts import ArrivalState, Correction, LetterKind, StepKind, Urgency
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.terms import Kept, chosen_terms
from pishkhan.letters.models import Arrival

FIELDS = ("subject", "applicant_name", "kind", "urgency", "sender_number", "sender_date")


def correct(
    actor: Actor,
    arrival_id: UUID,
    correction: Correction,
    *,
    reason: str,
    stood: Correction | None = None,
) -> None:
    """Set the particulars as given, with a reason; needs the secretariat that holds the letter.

    `stood`: the particulars as they were read; refused if others stand by now, so that nobody
    takes back unknowingly what somebody else corrected or registered meanwhile.

    The agency's row alone: what the applicant signed and the counter keeps is not touched, nor
    number, code, pages or the person's number. The step holds each value before and after, the
    entry only their digests. Raises NotFound, Forbidden, Refused (`letters.not-now`,
    `letters.changed-meanwhile`, `letters.nothing-changed`), Invalid. The norm's tables are chosen
    when a letter is registered: before that its correction has no `terms` (`letters.not-now`).
    """
    reason = entered.line("reason", reason, longest=300)
    after = _checked(correction)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("correct", case.standing)
        if correction.terms and case.standing.state is ArrivalState.ARRIVED:
            raise Refused(
                "letters.not-now", N_("This cannot be done to the letter in its present state.")
            )
        before = _stands(arrival)
        if stood is not None:
            _require_same(stood, before)
        for name, value in after.items():
            setattr(arrival, name, value)
        if correction.terms:
            arrival.terms = chosen_terms(
                correction.terms, arrival.terms, official=bool(arrival.official)
            )
        now = _stands(arrival)
        changed = [name for name in now if before.get(name, "") != now[name]]
        if not changed:
            raise Refused("letters.nothing-changed", N_("Nothing was changed."))
        arrival.norm = normalise(f"{arrival.subject}\n{arrival.body}\n{arrival.applicant_name}")
        arrival.save(update_fields=[*FIELDS, "terms", "norm"])
        told = {name: (before.get(name, ""), now[name]) for name in changed}
        _tell(actor, arrival, told, reason, act)
        act.append(
            "letter.corrected",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "secretariat": str(arrival.secretariat_id),
                "changed": changed,
                "before": [entered.digest(was) for was, _ in told.values()],
                "after": [entered.digest(stands) for _, stands in told.values()],
                "reason": entered.digest(reason),
            },
        )


def _checked(given: Correction) -> dict[str, str | date | None]:
    return {
        "subject": entered.line("subject", given.subject, longest=300),
        "applicant_name": entered.line("applicant_name", given.applicant_name, longest=160),
        "kind": LetterKind(given.kind).value,
        "urgency": Urgency(given.urgency).value,
        "sender_number": entered.line(
            "sender_number", given.sender_number, longest=40, required=False
        ),
        "sender_date": entered.day("sender_date", given.sender_date),
    }


def _stands(arrival: Arrival) -> dict[str, str]:
    """Return each particular as a word; a term of the norm by its code."""
    kept: Kept = arrival.terms
    terms = {_term(Table(table)): each["code"] for table, each in kept.items()}
    return {name: _word(getattr(arrival, name)) for name in FIELDS} | terms


def _require_same(read: Correction, stands: Mapping[str, str]) -> None:
    """Pass if the particulars that were read still stand."""
    if _stood(read, stands) != stands:
        raise Refused(
            "letters.changed-meanwhile",
            N_("The particulars were changed meanwhile: look at what stands there now."),
        )


def _stood(read: Correction, stands: Mapping[str, str]) -> dict[str, str]:
    """Return the particulars that were read; terms that were not are taken as they stand."""
    terms = {_term(table): read.terms[table] for table in CHOSEN if table in read.terms}
    return {**stands, **{name: _word(getattr(read, name)) for name in FIELDS}, **terms}


def _term(table: Table) -> str:
    return f"term-{table.value}"


def _word(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _tell(
    actor: Actor,
    arrival: Arrival,
    changed: dict[str, tuple[str, str]],
    reason: str,
    act: journal.Act,
) -> None:
    params = {"reason": reason}
    for name, (was, stands) in changed.items():
        params |= {f"{name}_before": was, f"{name}_after": stands}
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.CORRECTED,
        at=act.at,
        by=actor,
        params=params,
    )
