"""The tables of the secretariat norm on the screens: fields to choose, names to show."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.translation import get_language, pgettext_lazy

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.terms import CHOSEN, Table, Term, Terms
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Classification, Urgency

KEPT = 15
"""Seconds for which the lists of a seat keep the names of the tables."""

TABLES: dict[Table, Any] = {
    Table.KIND: pgettext_lazy("table of the norm", "Kind of letter"),
    Table.SUBJECT: pgettext_lazy("table of the norm", "Type of subject"),
    Table.WAY: pgettext_lazy("table of the norm", "Way of sending and receiving"),
    Table.COPY: pgettext_lazy("table of the norm", "Original or copy"),
    Table.URGENCY: pgettext_lazy("table of the norm", "Urgency"),
    Table.CLASS: pgettext_lazy("table of the norm", "Class"),
}
WRITTEN = (Table.KIND, Table.SUBJECT)
"""What a writer says of his letter; it goes by itself, and its paper is the original."""

FILTERS = (Table.KIND, Table.SUBJECT, Table.WAY, Table.COPY, Table.URGENCY)
"""By what a book can be narrowed."""


def field_name(table: Table) -> str:
    """Return the name of a table's field in a form or an address."""
    return f"term-{table.value}"


PARTICULARS = {field_name(each): TABLES[each] for each in CHOSEN}
"""What a correction may tell of, by the names of the fields."""

NAMES = tuple(field_name(each) for each in CHOSEN)


def language() -> str:
    """Return the language of the page."""
    return get_language() or "fa"


def read(
    request: HttpRequest, tables: tuple[Table, ...] = CHOSEN, *, before: str = ""
) -> dict[Table, str]:
    """Return the codes that the form sent, in fields whose names begin with `before`."""
    given = {table: request.POST.get(before + field_name(table), "").strip() for table in tables}
    return {table: code for table, code in given.items() if code}


def fields(
    chosen: Mapping[str, Any],
    stands: Mapping[Table, Term] | None = None,
    *,
    errors: Mapping[str, str] | None = None,
    usual: Mapping[Table, str] | None = None,
    tables: tuple[Table, ...] = CHOSEN,
    retired: bool = False,
) -> list[dict[str, Any]]:
    """Return the fields of a form: what was typed or kept, else what stands, else what is usual.

    `kept` of a field names what was typed or kept, "" for what stands or is usual. `retired`: terms
    too that are offered no more, to look for what bears them.
    """
    known, lang = directory.terms(), language()
    found = []
    for table in tables:
        options = {
            each.code: each.name(lang) for each in known.rows(table) if retired or not each.retired
        }
        before = (stands or {}).get(table)
        if before:
            options.setdefault(before.code, before.name(lang))
        typed = chosen.get(field_name(table), "")
        code = typed[-1] if isinstance(typed, list) and typed else typed
        kept = code if code in options else ""
        if not kept:
            code = before.code if before else (usual or {}).get(table, "")
        found.append(
            {
                "name": field_name(table),
                "label": TABLES[table],
                "options": list(options.items()),
                "value": code,
                "kept": options[kept] if kept else "",
                "error": (errors or {}).get(field_name(table), ""),
            }
        )
    return found


def called(name: str, code: str) -> str:
    """Return what a code of the table behind a field is called."""
    table = next(each for each in CHOSEN if field_name(each) == name)
    return directory.terms().name(table, code, language=language())


def told(terms: Mapping[Table, Term]) -> list[tuple[Any, str]]:
    """Return (label, name) of what a letter bears."""
    lang = language()
    return [(TABLES[table], term.name(lang)) for table, term in terms.items()]


_USUAL = frozenset(
    {
        "letter",
        "general",
        "original",
        letters.usual_way(official=True),
        letters.usual_way(official=False),
    }
)


def unusual(terms: Mapping[Table, Term]) -> list[str]:
    """Return the names of what sets a letter apart from most others."""
    lang = language()
    return [term.name(lang) for term in terms.values() if term.code not in _USUAL]


def class_options(clearance: str) -> list[tuple[str, str]]:
    """Return the classes that a person of this clearance may choose; none where there is one."""
    offered = [each for each in directory.terms().rows(Table.CLASS) if each.code <= clearance]
    lang = language()
    return [(each.code, each.name(lang)) for each in offered] if len(offered) > 1 else []


def class_name(classification: Classification, at: datetime | None = None) -> str:
    """Return what a class above the first was called at a moment; "" for ordinary letters."""
    if classification is Classification.NORMAL:
        return ""
    return directory.terms().name(Table.CLASS, classification.value, language=language(), at=at)


class Urgencies:
    """Names of urgencies as they were on a letter's day; the tables are read when one is asked."""

    def __init__(self, kept_for: UUID | None = None) -> None:
        """`kept_for`: a seat whose lists may show a name as it was some seconds ago."""
        self._terms: Terms | None = None
        self._kept_for = kept_for
        self._language = language()  # a sheet is drawn when the page's language is over

    def name(self, urgency: Urgency, at: datetime | None = None) -> str:
        """Return what the urgency was called at a moment, or is called now."""
        if self._terms is None:
            self._terms = self._read()
        return self._terms.name(Table.URGENCY, urgency.value, language=self._language, at=at)

    def _read(self) -> Terms:
        if self._kept_for is None:
            return directory.terms()
        near, name = caches["template_fragments"], f"terms-{self._kept_for}"
        terms: Terms | None = near.get(name)
        if terms is None:
            near.set(name, terms := directory.terms(), KEPT)
        return terms

    def options(self) -> list[tuple[str, str]]:
        """Return the choices of a form."""
        return [(each.value, self.name(each)) for each in Urgency]
