"""Take a book out of the system: all its lines, read as they are taken, on record before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.letters.contracts import Book, BookRow
from pishkhan.letters.logic.book import NUMBER, lines_of, numbers_of, series_in

_READ_AT_ONCE = 500


def export_book(
    actor: Actor,
    which: Book,
    *,
    since: date,
    until: date,
    terms: Mapping[Table, str] | None = None,
    series: UUID | None = None,
) -> Iterator[BookRow]:
    """Return all rows of the book, oldest first, read as they are taken.

    That it was taken out is an entry (`book.exported`), there before the first row. Raises as
    `book`.
    """
    found = series_in(actor, series, which)
    rows = numbers_of(found, which, since, until, terms or {})
    with journal.act() as act:
        act.append(
            "book.exported",
            subject=found.secretariat_id,
            actor=actor.ref,
            fields={
                "book": which.value,
                "series": str(found.id),
                "since": since.isoformat(),
                "until": until.isoformat(),
            },
        )
    return _all(actor, rows.order_by("year", "number"))


def _all(actor: Actor, rows: Any) -> Iterator[BookRow]:
    piece = list(rows.values_list(*NUMBER)[:_READ_AT_ONCE])
    while piece:
        yield from lines_of(actor, piece)
        year, number = piece[-1][:2]
        further = rows.filter(Q(year__gt=year) | Q(year=year, number__gt=number))
        piece = list(further.values_list(*NUMBER)[:_READ_AT_ONCE])
