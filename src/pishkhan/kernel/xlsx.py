"""A sheet for spreadsheets (XLSX, ECMA-376), written as it is read: no row is kept.

The file goes out while its rows are still being asked for, so a book of any length takes the same
memory, and the first bytes are there at once. One sheet, four kinds of cells: text, whole numbers,
moments and days; text is always text, so that nothing a person typed becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, cast
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from pishkhan.kernel.clock import TEHRAN

Cell = str | int | date | datetime | None

MOST_ROWS = 1_048_576
"""Rows of a sheet, its head among them; no spreadsheet opens more."""
LONGEST = 32_767
"""Characters of a cell; longer text is cut here, as programs would refuse the file."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_PIECE = 64 * 1024
_ROWS = 200
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers have no zone: Tehran's clock is shown
_DAY, _MOMENT, _HEAD = 1, 2, 3
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName='
        f'"/xl/workbook.xml" ContentType="{MEDIA_TYPE}.main+xml"/><Override PartName='
        '"/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application'
        '/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
        f'Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" '
        'formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/>'
        '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/>'
        '<sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill '
        'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        '</cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" '
        'xfId="0"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/><xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" '
        'applyNumberFormat="1"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" '
        'applyFont="1"/></cellXfs></styleSheet>'
    ),
}  # fmt: skip
_PROLOG = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column and its width in characters."""

    head: str
    width: int = 16


class _Out:
    """Where the archive writes to; what was written is taken from here."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []
        self.size = 0

    def write(self, data: bytes) -> int:
        self.pieces.append(bytes(data))
        self.size += len(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing behind it."""

    def take(self, *, least: int = 1) -> Iterator[bytes]:
        if self.size >= least:
            yield b"".join(self.pieces)
            self.pieces, self.size = [], 0


def sheet(
    name: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, rtl: bool
) -> Iterator[bytes]:
    """Yield the bytes of a workbook with one sheet: its head frozen, right to left if `rtl`.

    Moments are shown by Tehran's clock. Raises ValueError after MOST_ROWS rows.
    """
    out = _Out()
    with ZipFile(cast("IO[bytes]", out), "w", ZIP_DEFLATED) as archive:
        for part, text in _PARTS.items():
            archive.writestr(part, _PROLOG + text)
        archive.writestr("xl/workbook.xml", _PROLOG + _workbook(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as file:
            file.write((_PROLOG + _top(columns, rtl=rtl)).encode())
            waiting: list[str] = []
            for n, row in enumerate(rows, start=2):
                if n > MOST_ROWS:
                    raise ValueError("a sheet has no more rows")
                waiting.append(_row(n, row))
                if len(waiting) == _ROWS:
                    file.write("".join(waiting).encode())
                    waiting = []
                    yield from out.take(least=_PIECE)
            file.write(("".join(waiting) + "</sheetData></worksheet>").encode())
    yield from out.take()


def _workbook(name: str) -> str:
    safe = re.sub(r"[\[\]:*?/\\']", " ", _clean(name))[:31]
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name='
        f'"{escape(safe, {chr(34): "&quot;"})}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def _top(columns: Sequence[Column], *, rtl: bool) -> str:
    widths = "".join(
        f'<col min="{n}" max="{n}" width="{column.width}" customWidth="1"/>'
        for n, column in enumerate(columns, start=1)
    )
    heads = "".join(_text(column.head, f' s="{_HEAD}"') for column in columns)
    side = ' rightToLeft="1"' if rtl else ""
    return (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView{side}'
        ' workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
        f'state="frozen"/></sheetView></sheetViews><cols>{widths}</cols><sheetData>'
        f'<row r="1">{heads}</row>'
    )


def _row(n: int, cells: Sequence[Cell]) -> str:
    return f'<row r="{n}">{"".join(_cell(cell) for cell in cells)}</row>'


def _cell(value: Cell) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, datetime):
        local = value.astimezone(TEHRAN).replace(tzinfo=None)
        return f'<c s="{_MOMENT}"><v>{(local - _EPOCH) / timedelta(days=1):.8f}</v></c>'
    if isinstance(value, date):
        return f'<c s="{_DAY}"><v>{(value - _EPOCH.date()).days}</v></c>'
    return f"<c><v>{value:d}</v></c>"


def _text(value: str, style: str = "") -> str:
    return (
        f'<c t="inlineStr"{style}><is><t xml:space="preserve">{escape(_clean(value))}</t></is></c>'
    )


def _clean(value: str) -> str:
    return _FORBIDDEN.sub("", value)[:LONGEST]
