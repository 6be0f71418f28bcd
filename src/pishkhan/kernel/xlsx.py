"""A sheet for spreadsheets (XLSX, ECMA-376), of any length in bounded memory.

XlsxWriter writes each row to a file as it comes; the finished workbook is then read out piece by
piece. One sheet, four kinds of cells: text, whole numbers, moments and days; text is always text,
so that nothing a person typed becomes a formula or a link.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from pishkhan.kernel.clock import TEHRAN

Cell = str | int | date | datetime | None

MOST_ROWS = 1_048_576
"""Rows of a sheet, its head among them; no spreadsheet opens more."""
LONGEST = 32_767
"""Characters of a cell; longer text is cut here, as programs would refuse the file."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PIECE = 64 * 1024
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column and its width in characters."""

    head: str
    width: int = 16


def sheet(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, rtl: bool
) -> Iterator[bytes]:
    """Yield the bytes of a workbook with one sheet: its head frozen, right to left if `rtl`.

    Moments are shown by Tehran's clock. Raises ValueError after MOST_ROWS rows.
    """
    with tempfile.TemporaryDirectory(prefix="pishkhan-sheet-") as folder:
        path = Path(folder) / "sheet.xlsx"
        with Workbook(path, {"constant_memory": True, "tmpdir": folder}) as book:
            _fill(book, book.add_worksheet(_title(name)), columns, rows, rtl=rtl)
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece


def _fill(
    book: Workbook,
    page: Worksheet,
    columns: Sequence[Column],
    rows: Iterable[Sequence[Cell]],
    *,
    rtl: bool,
) -> None:
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    bold = book.add_format({"bold": True})
    if rtl:
        page.right_to_left()
    page.freeze_panes(1, 0)
    for n, column in enumerate(columns):
        page.set_column(n, n, column.width)
        page.write_string(0, n, _clean(column.head), bold)
    for n, row in enumerate(rows, start=1):
        if n >= MOST_ROWS:
            raise ValueError("a sheet has no more rows")
        for at, value in enumerate(row):
            _write(page, n, at, value, day=day, moment=moment)


def _write(
    page: Worksheet, row: int, column: int, value: Cell, *, day: Format, moment: Format
) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        page.write_string(row, column, _clean(value))
    elif isinstance(value, datetime):
        local = value.astimezone(TEHRAN).replace(tzinfo=None)
        page.write_datetime(row, column, local, moment)
    elif isinstance(value, date):
        page.write_datetime(row, column, value, day)
    else:
        page.write_number(row, column, value)


def _title(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", _clean(name))[:31]


def _clean(value: str) -> str:
    return _FORBIDDEN.sub("", value)[:LONGEST]
