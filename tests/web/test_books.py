"""The books on the screen and as a sheet."""

from __future__ import annotations

import io
from typing import Any, cast
from uuid import UUID
from xml.etree import ElementTree
from zipfile import ZipFile

import psutil
import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, rows
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.models import LetterNumber
from tests.letters.world import NOON, World
from tests.web.desks import sit, text

BOOK, EXPORT = "/secretariat/book", "/secretariat/book/export"
T = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture(autouse=True)
def _noon():
    with clock.use(FakeClock(NOON)):
        yield


def cells(answer: Any) -> list[list[str]]:
    data = b"".join(answer.streaming_content)
    sheet = ElementTree.fromstring(ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml"))
    rows = [
        {cell.attrib["r"].rstrip("0123456789"): "".join(cell.itertext()) for cell in row}
        for row in sheet.iter(f"{T}row")
    ]
    return [[row.get(column, "") for column in rows[0]] for row in rows]


def voided(world: World) -> UUID:
    _, arrival = world.arrive(subject="=HYPERLINK(1)")
    letters.register(world.registrar, arrival)
    letters.void_number(world.registrar, year=1405, number=1, reason="ثبت اشتباه")
    return arrival


def test_the_book_is_drawn_with_voided_numbers(world: World):
    arrival = voided(world)
    world.answered()
    page = text(sit(world.registrar).get(BOOK))
    assert "1405/1" in page
    assert "Voided: \u2068ثبت اشتباه\u2069" in page
    assert f"/secretariat/letters/{arrival}/" in page
    went = text(sit(world.registrar).get(BOOK + "?book=dispatch"))
    assert "1405/3" in went
    assert "1405/2" in went  # what it answers
    assert "1405/1<" not in went


def test_days_are_typed_in_any_digits_and_a_wrong_one_is_told(world: World):
    letters.register(world.registrar, world.arrive()[1])
    clerk = sit(world.registrar)
    assert "1405/1<" in text(clerk.get(BOOK, {"since": "۱۴۰۵/۸/۳۰"}))
    assert "No number was given" in text(clerk.get(BOOK, {"since": "1405/09/01"}))
    assert "No number was given" in text(clerk.get(BOOK, {"year": "1404"}))
    for query in ({"since": "1405/13/01"}, {"since": "1405/09/02", "until": "1405/09/01"}):
        answer = clerk.get(BOOK, query)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in text(answer)
        assert next(iter(query.values())) in text(answer)
    for query in ({"year": "٩" * 50}, {"year": "x"}, {"book": "<"}):
        assert clerk.get(BOOK, query).status_code == 200


def test_the_sheet_has_the_right_cells_and_an_entry(world: World):
    voided(world)
    world.answered()
    answer = sit(world.registrar, "fa").post(EXPORT, {"year": "1405", "book": "register"})
    assert answer.status_code == 200
    assert 'filename="register-14050101-14051229.xlsx"' in answer["Content-Disposition"]
    head, first, second, third = cells(answer)
    assert head[0] == "شماره"
    assert first[:4] == ["1", "1405", "1405/1", "۱۴۰۵/۰۸/۳۰"]
    assert first[6] == "=HYPERLINK(1)"
    assert first[-1] == "ثبت اشتباه"
    assert (second[-1], third[0]) == ("", "3")
    assert journal.entries_of(world.secretariat)[-1].kind == "book.exported"


def test_only_the_secretariat_takes_its_book_out(world: World):
    voided(world)
    for actor in (world.head, world.expert, world.clerk, world.admin):
        assert sit(actor).get(BOOK).status_code == 403
        assert sit(actor).post(EXPORT).status_code == 403
    assert sit(world.registrar).get(EXPORT)["Location"] == BOOK
    assert len(cells(sit(world.other_registrar).post(EXPORT))) == 1
    assert "1405/1" not in text(sit(world.other_registrar).get(BOOK))


@pytest.mark.slow
def test_a_book_of_a_hundred_thousand_numbers_is_sent_in_bounded_memory(world: World):
    _, arrival = world.arrive()
    with journal.act() as act:
        rows.insert_many(
            LetterNumber,
            [
                {"secretariat_id": world.secretariat, "series_id": world.secretariat,
                 "year": 1405, "number": n, "at": act.at, "state": "issued", "item_id": arrival,
                 "outgoing": False}
                for n in range(1, 100_001)
            ],
        )  # fmt: skip
        act.append("number.loaded", subject=world.secretariat, actor="system")
    answer = sit(world.registrar).post(EXPORT, {"year": "1405"})
    pieces = iter(cast("Any", answer).streaming_content)
    first = next(pieces)
    held = psutil.Process().memory_info().rss
    size = peak = 0
    for piece in pieces:
        size += len(piece)
        peak = max(peak, psutil.Process().memory_info().rss)
    assert first.startswith(b"PK")
    assert size > 1_000_000
    assert peak - held < 32_000_000


def test_the_book_is_narrowed_and_the_sheet_has_what_letters_bear(world: World):
    fax, plain = world.arrive()[1], world.arrive()[1]
    letters.register(world.registrar, fax, terms={Table.KIND: "fax", Table.WAY: "post"})
    letters.register(world.registrar, plain)
    clerk = sit(world.registrar, "fa")
    page = text(clerk.get(BOOK, {"year": "1405", "term-kind": "fax"}))
    assert f"/secretariat/letters/{fax}/" in page
    assert f"/secretariat/letters/{plain}/" not in page
    assert "<bdi>فاکس</bdi> · <bdi>پستی</bdi>" in page
    assert 'name="term-kind" value="fax"' in page  # the sheet is narrowed as the page is
    directory.retire_term(SYSTEM, table=Table.KIND, code="fax")
    assert '<option value="fax">' in text(clerk.get(BOOK))  # what bears it is still found
    answer = clerk.post(EXPORT, {"year": "1405", "book": "register", "term-kind": "fax"})
    head, row = cells(answer)
    assert row[head.index("نوع نامه")] == "فاکس"
    assert row[head.index("نحوهٔ ارسال و دریافت")] == "پستی"


def test_each_indicator_has_its_own_book_and_sheet(world: World):
    unit = letters.add_series(
        world.admin,
        secretariat_id=world.secretariat,
        name="فروش",
        template="{unit}/{year}/{number}",
        unit="فر",
    )
    clerk = sit(world.registrar, "fa")
    first, second = world.arrive()[1], world.arrive()[1]
    page = text(clerk.get(f"/secretariat/letters/{first}/"))
    assert f'<option value="{unit}">' in page
    clerk.post(f"/secretariat/letters/{first}/register", {"series": str(unit)})
    clerk.post(f"/secretariat/letters/{second}/register", {})
    wrong = clerk.post(f"/secretariat/letters/{first}/register", {"series": "x"})
    assert wrong.status_code == 422
    main = text(clerk.get(BOOK))
    assert f"/secretariat/letters/{second}/" in main
    assert f"/secretariat/letters/{first}/" not in main
    assert f"series={unit}" in main
    own = text(clerk.get(BOOK, {"series": str(unit)}))
    assert "فر/۱۴۰۵/۱" in own
    assert f"/secretariat/letters/{second}/" not in own
    _head, row = cells(clerk.post(EXPORT, {"year": "1405", "series": str(unit)}))
    assert row[2] == "فر/1405/1"
    for series in ("x", str(world.other_secretariat)):
        assert clerk.get(BOOK, {"series": series}).status_code == 404
    clerk.post(f"/secretariat/letters/{first}/void", {"reason": "اشتباه"})
    assert not letters.arrival(world.registrar, first).row.number_text
