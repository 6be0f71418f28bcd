"""The tables of the 1382 secretariat norm: what an administrator names, and what codes mean.

A term is a code, which rows keep, and its names. Its names, its place and whether it is still
offered are dated: what was written before keeps the name that held then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Table(StrEnum):
    """A table of the norm."""

    KIND = "kind"  # of letters: نامه، فاکس، یادداشت، حکم
    SUBJECT = "subject"  # types of subjects: عمومی، بخشنامه، صورتجلسه، ارسال فرم
    WAY = "way"  # of sending and receiving: دستی، پیک، ارباب رجوع، پستی
    COPY = "copy"  # what lies before one: اصل، کپی، المثنی
    URGENCY = "urgency"
    CLASS = "class"


CHOSEN = (Table.KIND, Table.SUBJECT, Table.WAY, Table.COPY)
"""Tables of which a letter bears one term each, chosen when it is registered or written."""

FIXED = frozenset({Table.URGENCY, Table.CLASS})
"""Tables whose codes the program acts upon: they are renamed, and nothing else."""


@dataclass(frozen=True, slots=True)
class Term:
    """A row of a table. `retired` is offered no more; what bears it keeps it."""

    code: str
    fa: str
    en: str
    retired: bool = False

    def name(self, language: str) -> str:
        """Return the name in a language of the screens."""
        return self.en if language.startswith("en") else self.fa


DEFAULTS: dict[Table, tuple[Term, ...]] = {
    Table.KIND: (
        Term("letter", "نامه", "Letter"),
        Term("fax", "فاکس", "Fax"),
        Term("note", "یادداشت", "Note"),
        Term("order", "حکم", "Order"),
        Term("report", "گزارش", "Report"),
        Term("invitation", "دعوت‌نامه", "Invitation"),
    ),
    Table.SUBJECT: (
        Term("general", "عمومی", "General"),
        Term("circular", "بخشنامه", "Circular"),
        Term("minutes", "صورتجلسه", "Minutes"),
        Term("form", "ارسال فرم", "Form sent"),
    ),
    Table.WAY: (
        Term("electronic", "الکترونیکی", "Electronic"),
        Term("counter", "دفتر پیشخوان", "Counter office"),
        Term("hand", "دستی", "By hand"),
        Term("courier", "پیک", "Courier"),
        Term("visitor", "ارباب رجوع", "Visitor"),
        Term("post", "پستی", "Post"),
    ),
    Table.COPY: (
        Term("original", "اصل", "Original"),
        Term("copy", "کپی", "Copy"),
        Term("duplicate", "المثنی", "Duplicate"),
    ),
    Table.URGENCY: (
        Term("1", "عادی", "Normal"),
        Term("2", "فوری", "Urgent"),
        Term("3", "خیلی فوری", "Very urgent"),
        Term("4", "آنی", "Immediate"),
    ),
    Table.CLASS: (
        Term("1", "عادی", "Ordinary"),
        Term("2", "محرمانه", "Confidential"),
        Term("3", "خیلی محرمانه", "Very confidential"),
        Term("4", "سری", "Secret"),
        Term("5", "به‌کلی سری", "Top secret"),
    ),
}
"""What holds until an administrator changes it."""


@dataclass(frozen=True, slots=True)
class Version:
    """A table as it stands from a moment on; `since` is None for what the program brings."""

    since: datetime | None
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """All tables with their past, read at once."""

    versions: Mapping[Table, tuple[Version, ...]] = field(default_factory=dict)

    def rows(self, table: Table, at: datetime | None = None) -> tuple[Term, ...]:
        """Return the table as it stands, or as it stood `at` a moment; retired terms too."""
        for each in reversed(self.versions.get(table, ())):
            if at is None or each.since is None or each.since <= at:
                return each.terms
        return DEFAULTS[table]

    def offered(self, table: Table) -> tuple[Term, ...]:
        """Return the terms that can be chosen now, in their order."""
        return tuple(each for each in self.rows(table) if not each.retired)

    def find(self, table: Table, code: str, at: datetime | None = None) -> Term | None:
        """Return the term of a code as it stood `at` a moment, else as it stands, else None."""
        for rows in (self.rows(table, at), self.rows(table)):
            for each in rows:
                if each.code == code:
                    return each
        return None

    def name(self, table: Table, code: str, *, language: str, at: datetime | None = None) -> str:
        """Return what a code was called `at` a moment; the code itself where none is known."""
        found = self.find(table, code, at)
        return code if found is None else found.name(language)
