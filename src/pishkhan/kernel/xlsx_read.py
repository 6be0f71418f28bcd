"""The cells of a small workbook's first sheet (XLSX, ECMA-376), as text."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO

LARGEST_PART = 8 * 1024 * 1024
"""Bytes of one part when unpacked; a list of some hundred people has some ten thousand."""
MOST_PARTS = 200
MOST_ROWS, MOST_COLUMNS = 2_000, 50


class NotASheet(ValueError):
    """The bytes are no workbook that can be read."""


def rows(data: bytes) -> list[list[str]]:
    """Return the rows of the first sheet as `numbered` does, without their numbers."""
    return [row for _number, row in numbered(data)]


def numbered(data: bytes, *, most: int = MOST_ROWS) -> list[tuple[int, list[str]]]:
    """Return (number from 1, cells) of each row of the first sheet, empty ones left out.

    NotASheet for anything else, and beyond so many rows.

    Formulas give the value that was last worked out, days come in ISO 8601, whole numbers
    without a point.
    """
    from openpyxl import load_workbook  # noqa: PLC0415 - 15 MB that few processes need

    _refuse_bombs(data)
    try:
        book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a file says of its own size is not believed
        found: list[tuple[int, list[str]]] = []
        for n, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)):
            if n >= most:
                raise NotASheet
            row = [_text(cell) for cell in cells]
            while row and not row[-1]:
                row.pop()
            if row:
                found.append((n + 1, row))
    except Exception as error:  # a file of somebody's may fail in any way
        raise NotASheet from error
    return found


def _refuse_bombs(data: bytes) -> None:
    """Refuse an archive whose parts say that they unpack to too much; no more is ever unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            parts = book.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, EOFError) as error:
        raise NotASheet from error
    if len(parts) > MOST_PARTS or any(part.file_size > LARGEST_PART for part in parts):
        raise NotASheet


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and not (cell.hour or cell.minute or cell.second):
        return cell.date().isoformat()
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    return str(cell)
