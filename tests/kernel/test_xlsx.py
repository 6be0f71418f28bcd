"""Sheets: each cell of its own kind, nothing typed becomes a formula, no row is kept."""

from __future__ import annotations

import csv
import io
import subprocess
import tempfile
import tracemalloc
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from pishkhan.kernel import xlsx

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
COLUMNS = [xlsx.Column("شماره"), xlsx.Column("موضوع", 40), xlsx.Column("روز"), xlsx.Column("لحظه")]
MOMENT = datetime(2026, 11, 21, 20, 45, tzinfo=UTC)  # 00:15 of the next day in Tehran
ROWS: list[tuple[Any, ...]] = [
    (12, "قطعی <آب> & «برق»", date(2026, 3, 21), MOMENT),
    (13, "=1+1", None, None),
    (14, "a\x00b\x1f\n  ج", date(1921, 1, 1), None),
]


def made(rows: Iterable[Any], *, rtl: bool = True) -> bytes:
    return b"".join(xlsx.sheet("دفتر [اندیکاتور]", COLUMNS, rows, rtl=rtl))


def part(data: bytes, name: str) -> ElementTree.Element:
    with ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return ElementTree.fromstring(archive.read(name))


def test_every_part_is_sound_xml_and_the_sheet_is_right_to_left():
    data = made(ROWS)
    with ZipFile(io.BytesIO(data)) as archive:
        for each in archive.namelist():
            ElementTree.fromstring(archive.read(each))
    view = part(data, "xl/worksheets/sheet1.xml").find(f".//{MAIN}sheetView")
    assert view is not None
    assert view.get("rightToLeft") == "1"
    other = part(made(ROWS, rtl=False), "xl/worksheets/sheet1.xml").find(f".//{MAIN}sheetView")
    assert other is not None
    assert other.get("rightToLeft") is None
    name = part(data, "xl/workbook.xml").find(f".//{MAIN}sheet")
    assert name is not None
    assert name.get("name") == "دفتر  اندیکاتور "


def test_numbers_are_numbers_and_text_is_text():
    rows = part(made(ROWS), "xl/worksheets/sheet1.xml").findall(f".//{MAIN}row")
    cells = [row.findall(f"{MAIN}c") for row in rows]
    assert [cell.get("t") for cell in cells[1]] == [None, "inlineStr", None, None]
    assert cells[1][0].findtext(f"{MAIN}v") == "12"
    assert cells[2][1].findtext(f".//{MAIN}t") == "=1+1"
    assert not list(rows[2].iter(f"{MAIN}f"))
    assert cells[3][1].findtext(f".//{MAIN}t") == "ab\n  ج"
    assert cells[1][2].findtext(f"{MAIN}v") == "46102"
    assert (cells[1][3].findtext(f"{MAIN}v") or "").startswith("46348.0104")


def test_no_row_is_kept_and_nothing_lies_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    rows = ((n, f"موضوع {n}", None, MOMENT) for n in range(20_000))
    tracemalloc.start()
    pieces = xlsx.sheet("book", COLUMNS, rows, rtl=True)
    first = next(pieces)
    assert list(tmp_path.iterdir())
    size = len(first) + sum(len(piece) for piece in pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 90_000
    assert peak < 2_000_000
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_is_given_up_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pieces = xlsx.sheet("book", COLUMNS, ROWS, rtl=True)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]  # it is a generator, as the server closes it
    assert list(tmp_path.iterdir()) == []


def test_a_sheet_has_an_end(monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 3)
    assert made(ROWS[:2])
    with pytest.raises(ValueError, match="no more rows"):
        made(ROWS)


@pytest.mark.slow
def test_libreoffice_reads_the_right_cells(tmp_path: Path):
    (tmp_path / "book.xlsx").write_bytes(made(ROWS))
    filters = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false"
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless",
         "--convert-to", filters, "--outdir", str(tmp_path), str(tmp_path / "book.xlsx")],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    with (tmp_path / "book.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["شماره", "موضوع", "روز", "لحظه"]
    assert rows[1][:3] == ["12", "قطعی <آب> & «برق»", "2026-03-21"]
    assert rows[1][3].startswith("2026-11-22 00:15")
    assert rows[2][:2] == ["13", "=1+1"]
    assert rows[3] == ["14", "ab\n  ج", "1921-01-01", ""]
