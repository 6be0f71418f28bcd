"""The timeline of a letter as one office knows it. For both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters.contracts import Step, StepKind
from pishkhan.letters.models import StepRow


def add_step(
    office_id: UUID,
    letter_id: UUID,
    kind: StepKind,
    *,
    at: datetime,
    by: str | Actor = "",
    params: Mapping[str, str] | None = None,
) -> None:
    """Write one step; `by` is the actor on a post, or the name that the office's people see.

    Where somebody stood in for the post, the step says for which post and by whose hand.
    """
    add_steps(office_id, letter_id, kind, at=at, by=by, each=[params or {}])


def add_steps(
    office_id: UUID,
    letter_id: UUID,
    kind: StepKind,
    *,
    at: datetime,
    by: str | Actor,
    each: Iterable[Mapping[str, str]],
) -> None:
    """Write steps of one deed that differ in their parameters alone, in this order, at once."""
    name, hand = (by, {}) if isinstance(by, str) else (by.post_title, _hand(by))
    rows.insert_many(
        StepRow,
        [
            {
                "office_id": office_id,
                "letter_id": letter_id,
                "kind": kind.value,
                "at": at,
                "by": name[:160],
                "params": {**params, **hand},
            }
            for params in each
        ],
    )


def _hand(actor: Actor) -> dict[str, str]:
    if actor.hand is None:
        return {}
    return {"hand": actor.hand.post_title, "hand_as": actor.hand.kind.value}


def steps_of(office_id: UUID, letter_id: UUID) -> tuple[Step, ...]:
    """Return the steps in the order in which they happened."""
    found = _STEPS.rows(letter_id=letter_id, office_id=office_id)
    return tuple(
        Step(kind=StepKind(kind), at=at, by=by, params=params)
        for at, _id, kind, by, params in sorted(found, key=lambda row: row[:2])
    )


_STEPS = Prepared(
    lambda letter_id, office_id: StepRow.objects.filter(
        letter_id=letter_id, office_id=office_id
    ).values_list("at", "id", "kind", "by", "params"),
    letter_id=UUID,
    office_id=UUID,
)


def proved(letter_id: UUID, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the steps with the state of the entry that was written with each.

    A step and its entry are of one act, so they have one time.
    """
    states = journal.states_at(letter_id, {step.at for step in steps})
    return tuple(replace(step, proof=states.get(step.at)) for step in steps)
