"""Reading small workbooks: what ours and others write, and what only pretends to be one."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from datetime import date

import pytest
from openpyxl import Workbook

from pishkhan.kernel import xlsx
from pishkhan.kernel.xlsx_read import LARGEST_PART, MOST_PARTS, MOST_ROWS, NotASheet, rows


def made(*lines: Sequence[object]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(data: bytes, name: str, part: bytes) -> bytes:
    """Return the workbook with another part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for each in old.namelist():
            new.writestr(each, part if each == name else old.read(each))
    return out.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
GOOD = made(["پست", "نام"], ["رئیس", "مهین نمونه"])


def test_what_our_own_sheets_say_is_read_back():
    columns = [xlsx.Column("پست"), xlsx.Column("نام")]
    given = [["رئیس", "مهین نمونه"], ["", ""], ["کارشناس", "=1+1"]]
    data = b"".join(xlsx.sheet("برگه", columns, given, rtl=True))
    assert rows(data) == [["پست", "نام"], ["رئیس", "مهین نمونه"], ["کارشناس", "=1+1"]]


def test_numbers_days_and_gaps_are_text():
    data = made(["مدیر", None, 912], [None, None], [1.5, date(2026, 11, 23), 9120000000.0])
    assert rows(data) == [["مدیر", "", "912"], ["1.5", "2026-11-23", "9120000000"]]


BOMB = b'<!DOCTYPE w [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet>&b;</worksheet>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 no zip",
        GOOD[:-30],
        changed(GOOD, SHEET, b"<worksheet"),
        changed(GOOD, SHEET, BOMB),
        changed(GOOD, SHEET, b"<worksheet>" + b" " * LARGEST_PART + b"</worksheet>"),
        changed(GOOD, "xl/workbook.xml", b"<workbook/>"),
        made(*([["x"]] * (MOST_ROWS + 1))),
    ],
    ids=["empty", "no zip", "cut", "no xml", "entities", "large", "no sheet", "rows"],
)
def test_what_is_no_sheet_is_refused(data: bytes):
    with pytest.raises(NotASheet):
        rows(data)


def test_an_archive_of_many_parts_is_refused_unread():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for n in range(MOST_PARTS + 1):
            file.writestr(f"{n}.txt", "x")
    with pytest.raises(NotASheet):
        rows(out.getvalue())


def test_the_reader_is_loaded_where_a_file_is_read_and_no_earlier():
    asked = "import sys, pishkhan.kernel.xlsx_read; print('openpyxl' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
