"""What the form of a correction holds."""

from __future__ import annotations

from typing import Any

from pishkhan.kernel.jalali import to_jalali
from pishkhan.letters.contracts import ArrivalState, ArrivalView
from pishkhan.web.letter import terms, words
from pishkhan.web.letter.door import Failed
from pishkhan.web.letter.terms import Urgencies

STOOD = "stood_"
"""Before the names of the fields that tell which particulars a correction was written over."""


def particulars(view: ArrivalView, failed: Failed | None) -> dict[str, Any]:
    """Return what the form of a correction holds: what was typed, else what stands.

    With what stood when it was first shown; what stands now only once its writer was told so.
    """
    typed = failed.values if failed and failed.form == "correct" else {}
    stands = {
        "subject": view.row.subject,
        "applicant_name": view.applicant.name,
        "kind": view.row.kind.value,
        "urgency": view.row.urgency.value,
        "sender_number": view.sender_number,
        "sender_date": "{:04}/{:02}/{:02}".format(*to_jalali(view.sender_date))
        if view.sender_date
        else "",
    }
    tables = {} if view.row.state is ArrivalState.ARRIVED else view.terms
    stands |= {terms.field_name(table): term.code for table, term in tables.items()}
    told = failed is not None and failed.code == "letters.changed-meanwhile"
    stood = {STOOD + name: value for name, value in stands.items()}
    return {name: typed.get(name, [value])[-1] for name, value in stands.items()} | {
        "stood": [
            (name, value if told else typed.get(name, [value])[-1]) for name, value in stood.items()
        ],
        "kinds": [(each.value, word) for each, word in words.KINDS.items()],
        "urgencies": Urgencies().options(),
        "tables": terms.fields(typed, tables, errors=_errors(failed), tables=tuple(tables)),
    }


def _errors(failed: Failed | None) -> dict[str, str]:
    return failed.errors if failed and failed.form == "correct" else {}
