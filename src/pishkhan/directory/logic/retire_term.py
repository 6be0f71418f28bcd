from __future__ import annotations

from dataclasses import replace

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.logic.add_term import refuse_fixed
from pishkhan.directory.logic.terms import Changed, Rows, change, place_of
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def retire_term(actor: Actor, *, table: Table, code: str, back: bool = False) -> None:
    """Offer a term no more, or, with `back`, again; what bears it keeps it. Needs ADMIN.

    Raises NotFound `directory.no-term`, Refused (`directory.fixed-table`, `directory.last-term`).
    """
    refuse_fixed(table)

    def what(rows: Rows) -> Changed:
        n = place_of(rows, code)
        after = (*rows[:n], replace(rows[n], retired=not back), *rows[n + 1 :])
        if all(each.retired for each in after):
            raise Refused("directory.last-term", N_("One term of the table must stay in use."))
        return after, {"code": code}

    change(actor, table, "term.restored" if back else "term.retired", what)
