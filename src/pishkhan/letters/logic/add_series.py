"""Give a secretariat one more indicator."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.ids import new_id
from pishkhan.letters import numbering
from pishkhan.letters.contracts import Way
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.number import hold_numbers
from pishkhan.letters.logic.series import series_of_office
from pishkhan.letters.models import NumberSeries

MOST = 20
"""Indicators of one secretariat."""


def add_series(
    actor: Actor,
    *,
    secretariat_id: UUID,
    name: str,
    template: str,
    unit: str = "",
    way: Way | None = None,
    kind: str = "",
) -> UUID:
    """Add an indicator and return its id; it gives numbers from 1 on, anew each year.

    Letters of `way` and `kind` (a code of the table of kinds) take it when nobody chooses; without
    either it is taken by choice alone. Its template stays for ever: what was numbered is read back
    by it. Needs ADMIN. Raises Invalid (`name`, `template`, `unit`, `kind`), NotFound.
    """
    actor.require(Right.ADMIN)
    name = entered.line("name", name, longest=80)
    unit = entered.line("unit", unit, longest=8, required=False)
    template = entered.line("template", template, longest=60)
    if way is Way.RECEIVED:  # it bears the number with which it was written
        raise _wrong("way", N_("Choose one of the list."))
    known = directory.terms().find(Table.KIND, kind)
    if kind and known is None:
        raise _wrong("kind", N_("Choose one of the list."))
    with journal.act() as act:
        hold_numbers(act, secretariat_id)  # of two at once the second sees what the first made
        others = series_of_office(actor, secretariat_id)
        if len(others) >= MOST:
            raise _wrong("name", N_("This secretariat has too many indicators already."))
        if name in {each.name for each in others}:
            raise _wrong("name", N_("This is taken already; choose another one."))
        numbering.checked_template(template, unit)
        numbering.refuse_twins(template, unit, [(each.template, each.unit) for each in others])
        made = new_id()
        NumberSeries.objects.create(
            id=made,
            secretariat_id=secretariat_id,
            name=name,
            way="" if way is None else way.value,
            kind=kind,
            unit=unit,
            template=template,
        )
        act.append(
            "indicator.added",
            subject=made,
            actor=actor.ref,
            fields={
                "secretariat": str(secretariat_id),
                "template": template,
                "unit": unit,
                "way": "" if way is None else way.value,
                "letter_kind": kind,
            },
        )
    return made


def preview(template: str, unit: str, *, year: int, number: int = 125) -> str:
    """Return how a number would look; Invalid as `add_series`. Writes nothing."""
    unit = entered.line("unit", unit, longest=8, required=False)
    template = entered.line("template", template, longest=60)
    numbering.checked_template(template, unit)
    return numbering.written(template, year=year, number=number, unit=unit)


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-series", fields={field: Message(sentence)})
