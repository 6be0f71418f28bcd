from __future__ import annotations

from dataclasses import replace

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.logic.add_term import refuse_twin_name
from pishkhan.directory.logic.terms import LONGEST, Changed, Rows, change, place_of
from pishkhan.directory.rules import line


def rename_term(actor: Actor, *, table: Table, code: str, fa: str, en: str) -> None:
    """Give a term other names from now on; what bears it already keeps the former ones.

    Needs ADMIN. Raises Invalid (`fa`, `en`), NotFound `directory.no-term`.
    """
    fa, en = line("fa", fa, longest=LONGEST), line("en", en, longest=LONGEST)

    def what(rows: Rows) -> Changed:
        n = place_of(rows, code)
        refuse_twin_name(rows, fa, en, but=code)
        renamed = (*rows[:n], replace(rows[n], fa=fa, en=en), *rows[n + 1 :])
        return renamed, {"code": code, "fa": fa, "en": en}

    change(actor, table, "term.renamed", what)
