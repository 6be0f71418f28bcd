"""Correct a letter's particulars (اصلاح مشخصات): what stood before stays on the timeline."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.contracts import Correction, LetterKind, StepKind, Urgency
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.steps import add_step
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
    `letters.changed-meanwhile`, `letters.nothing-changed`), Invalid.
    """
    reason = entered.line("reason", reason, longest=300)
    after = _checked(correction)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("correct", case.standing)
        before = {name: _word(getattr(arrival, name)) for name in FIELDS}
        if stood is not None and any(
            before[name] != _word(getattr(stood, name)) for name in FIELDS
        ):
            raise Refused(
                "letters.changed-meanwhile",
                N_("The particulars were changed meanwhile: look at what stands there now."),
            )
        changed = [name for name in FIELDS if before[name] != _word(after[name])]
        if not changed:
            raise Refused("letters.nothing-changed", N_("Nothing was changed."))
        for name in changed:
            setattr(arrival, name, after[name])
        arrival.norm = normalise(f"{arrival.subject}\n{arrival.body}\n{arrival.applicant_name}")
        arrival.save(update_fields=[*changed, "norm"])
        _tell(actor, arrival, {name: before[name] for name in changed}, reason, act)
        act.append(
            "letter.corrected",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "secretariat": str(arrival.secretariat_id),
                "changed": changed,
                "before": [entered.digest(before[name]) for name in changed],
                "after": [entered.digest(_word(after[name])) for name in changed],
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


def _word(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _tell(
    actor: Actor, arrival: Arrival, before: dict[str, str], reason: str, act: journal.Act
) -> None:
    params = {"reason": reason}
    for name, word in before.items():
        params |= {f"{name}_before": word, f"{name}_after": _word(getattr(arrival, name))}
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.CORRECTED,
        at=act.at,
        by=actor,
        params=params,
    )
