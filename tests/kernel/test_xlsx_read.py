"""Reading small workbooks: what ours and others write, and what only pretends to be one."""

from __future__ import annotations

import io
import zipfile

import pytest

from pishkhan.kernel import xlsx
from pishkhan.kernel.xlsx_read import LARGEST_PART, MOST_ROWS, NotASheet, rows

MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def book(sheet: str, shared: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", sheet)
        if shared:
            file.writestr("xl/sharedStrings.xml", shared)
    return out.getvalue()


def test_what_our_own_sheets_say_is_read_back():
    columns = [xlsx.Column("پست"), xlsx.Column("نام")]
    given = [["رئیس", "مهین نمونه"], ["", ""], ["کارشناس", "=1+1"]]
    data = b"".join(xlsx.sheet("برگه", columns, given, rtl=True))
    assert rows(data) == [["پست", "نام"], ["رئیس", "مهین نمونه"], ["کارشناس", "=1+1"]]


def test_shared_rich_and_inline_text_and_gaps_are_read():
    sheet = (
        f"<worksheet {MAIN}><sheetData><row><c r='A1' t='s'><v>1</v></c><c r='C1'><v>912</v></c>"
        "</row><row/><row><c t='inlineStr'><is><t>a</t></is></c><c><f>1+1</f><v>2</v></c></row>"
        "</sheetData></worksheet>"
    )
    shared = f"<sst {MAIN}><si><t>x</t></si><si><r><t>مد</t></r><r><t>یر</t></r></si></sst>"
    assert rows(book(sheet, shared)) == [["مدیر", "", "912"], ["a", "2"]]


BOMB = '<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no zip",
        book("<worksheet"),
        book(BOMB),
        book(f"<worksheet {MAIN}><row><c t='s'><v>9</v></c></row></worksheet>"),
        book("<worksheet>" + "<row/>" * (MOST_ROWS + 1) + "</worksheet>"),
        book("<worksheet>" + " " * LARGEST_PART + "</worksheet>"),
    ],
    ids=["empty", "no zip", "cut", "entities", "no such text", "rows", "large"],
)
def test_what_is_no_sheet_is_refused(data):
    with pytest.raises(NotASheet):
        rows(data)


def test_an_archive_without_a_sheet_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("readme.txt", "x")
    with pytest.raises(NotASheet):
        rows(out.getvalue())
