from __future__ import annotations

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import FIXED, Table, Term
from pishkhan.directory.logic.terms import LONGEST, Changed, Rows, change
from pishkhan.directory.rules import line
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import normalise

MOST = 40
"""Terms of a table; a longer list is chosen from no more."""


def add_term(actor: Actor, *, table: Table, fa: str, en: str) -> str:
    """Add a term at the end of a table and return its code. Needs ADMIN.

    Raises Invalid (`fa`, `en`), Refused (`directory.fixed-table`, `directory.full-table`).
    """
    refuse_fixed(table)
    names = line("fa", fa, longest=LONGEST), line("en", en, longest=LONGEST)
    code = new_id().hex[-12:]

    def what(rows: Rows) -> Changed:
        if len(rows) >= MOST:
            raise Refused("directory.full-table", N_("This table is full."))
        refuse_twin_name(rows, *names)
        return (*rows, Term(code, *names)), {"code": code, "fa": names[0], "en": names[1]}

    change(actor, table, "term.added", what)
    return code


def refuse_fixed(table: Table) -> None:
    """Raise Refused for a table whose codes the program acts upon."""
    if table in FIXED:
        raise Refused(
            "directory.fixed-table",
            N_("The program acts upon these codes: they are renamed, nothing else."),
        )


def refuse_twin_name(rows: Rows, fa: str, en: str, *, but: str = "") -> None:
    """Raise Invalid where another term of the table has the name already."""
    for name, given in (("fa", fa), ("en", en)):
        taken = {normalise(getattr(each, name)) for each in rows if each.code != but}
        if normalise(given) in taken:
            raise Invalid(
                "directory.twin-term",
                fields={name: Message(N_("This is taken already; choose another one."))},
            )
