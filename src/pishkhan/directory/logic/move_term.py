from __future__ import annotations

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.logic.add_term import refuse_fixed
from pishkhan.directory.logic.terms import Changed, Rows, change, place_of


def move_term(actor: Actor, *, table: Table, code: str, up: bool = True) -> None:
    """Move a term one place up or down; the first one is what a form offers first. Needs ADMIN.

    At the end of the table it stays where it is. Raises NotFound `directory.no-term`, Refused
    `directory.fixed-table`.
    """
    refuse_fixed(table)

    def what(rows: Rows) -> Changed:
        n = place_of(rows, code)
        to = min(max(n - 1 if up else n + 1, 0), len(rows) - 1)
        moved = list(rows)
        moved.insert(to, moved.pop(n))
        return tuple(moved), {"code": code, "place": to}

    change(actor, table, "term.moved", what)
