"""The list of dehyaris: tried first, taken in whole or not at all, and the same a second time."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.models import Agency
from pishkhan.journal import api as journal
from pishkhan.kernel import xlsx
from pishkhan.kernel.errors import Forbidden, Invalid
from tests.directory.villages import county, dehyari

HEADER = "کد,نام دهیاری,کد روستاها,بخشداری,دهیار,پیشخوان"
LINES = (
    "d1,دهیاری سراب,9901010001000001 9901010001000002,b1,رضا نمونه,بله",
    "d2,دهیاری گل,۹۹۰۱۰۱۰۰۰۱۰۰۰۰۰۳,بخشداري مركزي,,خیر",
)


@pytest.fixture
def place() -> SimpleNamespace:
    return county()


def saved(tmp_path: Path, *lines: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = tmp_path / "dehyaris.csv"
    path.write_bytes("\r\n".join((header, *lines)).encode(encoding))
    return path


def reasons(report: object) -> list[tuple[int, str]]:
    return [(bad.line, bad.reason.render(str)) for bad in report.bad]  # type: ignore[attr-defined]  # any report


def test_a_trial_says_what_would_be_done_and_does_nothing(place, tmp_path):
    report = api.import_dehyaris(SYSTEM, saved(tmp_path, *LINES), trial=True)
    assert (report.lines, report.added, report.bad, report.done) == (2, 2, (), False)
    assert api.dehyaris().rows == ()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_list_is_taken_in_whole_and_a_second_time_changes_nothing(place, tmp_path, encoding):
    path = saved(tmp_path, *LINES, encoding=encoding)
    report = api.import_dehyaris(SYSTEM, path)
    assert (report.added, report.done) == (2, True)
    first, second = api.dehyaris().rows
    assert (first.name, first.superior, first.dehyar, first.hosts) == (
        "دهیاری سراب",
        "بخشداری مرکزی",
        "رضا نمونه",
        True,
    )
    assert set(first.villages) == {"سراب نمونه", "چم نمونه"}
    assert (second.code, second.dehyar, second.hosts) == ("d2", "", False)
    before = len(journal.entries())
    again = api.import_dehyaris(SYSTEM, path)
    assert (again.added, again.updated, again.unchanged, again.notes) == (0, 0, 2, ())
    assert len(journal.entries()) == before


def test_a_spreadsheet_is_read_as_its_csv(place, tmp_path):
    path = tmp_path / "dehyaris.xlsx"
    columns = [xlsx.Column(head) for head in HEADER.split(",")]
    rows = [line.split(",") for line in LINES]
    path.write_bytes(b"".join(xlsx.sheet("دهیاری‌ها", columns, rows, rtl=True)))
    report = api.import_dehyaris(SYSTEM, path)
    assert (report.added, report.bad) == (2, ())


def test_one_bad_line_stops_the_list_and_each_is_told_in_plain_words(place, tmp_path):
    dehyari(place, "old", "دهیاری تنگ", place.tang)
    report = api.import_dehyaris(
        SYSTEM,
        saved(
            tmp_path,
            *LINES,
            "d1,دهیاری دیگر,9901010001000003,b1,,",
            "d3,دهیاری چم,9901010001000002,b1,,",
            "d4,دهیاری نو,123,b1,,",
            "d5,دهیاری نو,9901010001000004,b1,,",
            "d6,دهیاری نو,9901010001000003,بخشداری ناپیدا,,",
            "d7,,9901010001000003,b1,,",
            "b1,دهیاری نو,9901010001000003,b1,,",
            "d8,دهیاری نو,9901010001000003,b1,,شاید",
        ),
    )
    assert not report.done
    assert reasons(report) == [
        (4, "Line 2 has this code too."),
        (5, "Line 2 names چم نمونه too."),
        (6, "There is no village with code 123."),
        (7, "تنگ نمونه has a dehyari already: دهیاری تنگ."),
        (8, "There is no office بخشداری ناپیدا over it, by code or name."),
        (9, "The line has no name."),
        (10, "The code belongs to another agency, which is no dehyari."),
        (11, "Whether it hosts a counter is said by yes or no."),
    ]
    assert [row.code for row in api.dehyaris().rows] == ["old"]


def test_what_differs_is_changed_and_nobody_is_put_out(place, tmp_path):
    api.import_dehyaris(SYSTEM, saved(tmp_path, *LINES))
    report = api.import_dehyaris(
        SYSTEM,
        saved(
            tmp_path,
            "d1,دهیاری سراب و تنگ,9901010001000003 9901010001000004,f1,مریم نمونه,خیر",
            "d2,دهیاری گل,9901010001000001,b1,علی نمونه,بله",
        ),
    )
    assert (report.updated, report.unchanged, report.done) == (2, 0, True)
    first = api.dehyari(Agency.objects.get(code="d1").id)
    assert (first.name, first.superior, first.dehyar) == (
        "دهیاری سراب و تنگ",
        "فرمانداری نمونه",
        "رضا نمونه",
    )
    assert {each.name for each in first.villages} == {"گل نمونه", "تنگ نمونه"}
    assert first.counter_id is not None
    second = api.dehyari(Agency.objects.get(code="d2").id)
    assert (second.dehyar, second.at_counter) == ("علی نمونه", True)
    assert [(note.line, note.reason.render(str)) for note in report.notes] == [
        (2, "It hosts a counter; that is closed on the counter's page."),
        (2, "Another dehyar sits there; hand the post over on its page."),
    ]
    assert [hit.id for hit in api.find_agencies("چم")] == []


def test_what_is_no_list_is_refused_as_a_whole(place, tmp_path):
    with pytest.raises(Invalid, match="dehyari-file"):
        api.import_dehyaris(SYSTEM, saved(tmp_path, *LINES, header="الف,ب,پ"))
    for content in (b"PK\x03\x04 not a book", b""):
        path = tmp_path / "bad.xlsx"
        path.write_bytes(content)
        with pytest.raises(Invalid):
            api.import_dehyaris(SYSTEM, path)
    nobody = api.seatless(api.add_user(SYSTEM, username="nobody", full_name="هیچ نمونه"))
    with pytest.raises(Forbidden):
        api.import_dehyaris(nobody, saved(tmp_path, *LINES))


def test_who_stops_listening_leaves_nothing_behind(place, tmp_path):
    class Stop(Exception):
        pass

    def tell(done: int, total: int) -> None:
        if done > total // 2:
            raise Stop

    with pytest.raises(Stop):
        api.import_dehyaris(SYSTEM, saved(tmp_path, *LINES), tell)
    assert api.dehyaris().rows == ()
