"""Reading divisions of the country."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import DivisionLevel, DivisionRow
from pishkhan.directory.logic.common import contains_words, page
from pishkhan.directory.models import Division
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import normalise

_COLUMNS = ("id", "code", "level", "name", "name_en", "parent_id")


def division(division_id: UUID) -> DivisionRow:
    """Return one division; NotFound `directory.no-division`."""
    return _one(pk=division_id)


def division_by_code(code: str) -> DivisionRow:
    """Return the division of a Statistical Centre's code; NotFound `directory.no-division`."""
    return _one(code=code)


def divisions(
    parent_id: UUID | None = None,
    q: str = "",
    *,
    level: DivisionLevel | None = None,
    after: str | None = None,
    limit: int = 50,
) -> Page[DivisionRow]:
    """Return a page of divisions by name: under a parent, of a level, with the words of `q`."""
    rows = contains_words(Division.objects.all(), normalise(q).split())
    if parent_id is not None:
        rows = rows.filter(parent_id=parent_id)
    if level is not None:
        rows = rows.filter(level=level.value)
    return page(rows, _COLUMNS, _row, after=after, limit=limit)


def _one(**key: Any) -> DivisionRow:
    row = Division.objects.filter(**key).values_list(*_COLUMNS).first()
    if row is None:
        raise NotFound("directory.no-division")
    return _row(*row)


def _row(id_: UUID, code: str, level: str, *rest: Any) -> DivisionRow:
    return DivisionRow(id_, code, DivisionLevel(level), *rest)
