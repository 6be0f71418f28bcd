from __future__ import annotations

import time
from pathlib import Path

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, DivisionLevel
from pishkhan.directory.models import Division
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid

HEADER = (
    "OSTAN,OSTANNAME,SHAHRESTAN,SHAHRESTANNAME,BAKHSH,BAKHSHNAME,DEHESTAN,DEHESTANNAME,"
    "SHAHR,SHAHRNAME,ABADI,ABADINAME,CODEREC,DIAG"
)
LINES = (
    "15,لرستان,,,,,,,,,,,1,1",
    "15,لرستان,01,خرم آباد,,,,,,,,,2,2",
    "15,لرستان,01,خرم آباد,01,مرکزی,,,,,,,3,3",
    "15,لرستان,01,خرم آباد,01,مرکزی,,,1150,خرم آباد,,,4,4",
    "15,لرستان,01,خرم آباد,01,مرکزی,0001,ازنا,,,,,5,5",
    "15,لرستان,01,خرم آباد,01,مرکزی,0001,ازنا,,,000123,گلدشت نمونه,6,6",
)


def saved(tmp_path: Path, *lines: str, encoding: str = "utf-8", header: str = HEADER) -> Path:
    path = tmp_path / "geo.csv"
    path.write_bytes("\r\n".join((header, *lines) if header else lines).encode(encoding))
    return path


def test_the_sheet_becomes_a_tree_from_province_to_village(tmp_path):
    report = api.import_divisions(SYSTEM, saved(tmp_path, *LINES))
    assert (report.done, report.lines, report.added, report.bad) == (True, 6, 6, ())
    village = api.division_by_code("1501010001000123")
    assert (village.level, village.name) == (DivisionLevel.VILLAGE, "گلدشت نمونه")
    names = []
    parent = village.parent_id
    while parent is not None:
        row = api.division(parent)
        names.append((row.level.value, row.name))
        parent = row.parent_id
    assert names == [
        ("rural_district", "ازنا"),
        ("district", "مرکزی"),
        ("county", "خرم آباد"),
        ("province", "لرستان"),
    ]
    assert api.division_by_code("1501011150").level is DivisionLevel.CITY


def test_the_shipped_provinces_meet_the_sheets_codes(tmp_path):
    assert api.add_provinces(SYSTEM) == 31
    assert api.add_provinces(SYSTEM) == 0
    report = api.import_divisions(SYSTEM, saved(tmp_path, *LINES))
    assert (report.added, report.unchanged) == (5, 1)
    assert api.division_by_code("15").name_en == "Lorestan"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_every_encoding_in_which_such_files_come_is_read(tmp_path, encoding):
    arabic = [line.replace("ی", "ي").replace("ک", "ك") for line in LINES]
    report = api.import_divisions(SYSTEM, saved(tmp_path, *arabic, encoding=encoding))
    assert report.added == 6
    assert api.division_by_code("150101").name == "مرکزی"
    assert [d.name for d in api.divisions(q="گلدشت").rows] == ["گلدشت نمونه"]


def test_zeros_lost_by_the_sheet_come_back_and_whole_codes_are_taken(tmp_path):
    report = api.import_divisions(
        SYSTEM,
        saved(
            tmp_path,
            "3,آذربایجان شرقی,1,تبریز,1,مرکزی,7,نمونه,,,۱۲۳,ده نمونه,,",
            "03,آذربایجان شرقی,301,تبریز,30102,نمونه,,,,,,,,",
        ),
    )
    assert report.bad == ()
    assert api.division_by_code("0301010007000123").name == "ده نمونه"
    assert api.division_by_code("030102").level is DivisionLevel.DISTRICT


def test_persian_headers_semicolons_and_no_header_are_understood(tmp_path):
    persian = "کد استان;نام استان;کد شهرستان;نام شهرستان;کد بخش;نام بخش;کد دهستان;نام دهستان"
    line = "15;لرستان;1;خرم آباد;1;مرکزی;1;ازنا"
    assert api.import_divisions(SYSTEM, saved(tmp_path, line, header=persian)).added == 4
    report = api.import_divisions(SYSTEM, saved(tmp_path, *LINES, header=""))
    assert (report.lines, report.added, report.unchanged) == (6, 2, 4)


def test_bad_lines_are_named_with_a_reason_and_nothing_is_half_done(tmp_path):
    path = saved(
        tmp_path,
        *LINES,
        "15,لرستان,01,خرم آباد,,,0002,بی‌بخش,,,,,7,5",
        "xx,لرستان,,,,,,,,,,,8,1",
        "15,لرستان,02,,,,,,,,,,9,2",
        ",,,,,,,,,,12,بی‌پدر,10,6",
        "15,لرستان,01,خرم آباد,01,مرکزی,,,0001,هم‌کد دهستان,,,11,4",
    )
    report = api.import_divisions(SYSTEM, path)
    assert not report.done
    assert [bad.line for bad in report.bad] == [8, 9, 10, 11, 12]
    assert len({bad.reason.msgid for bad in report.bad}) == 4
    assert Division.objects.count() == 0
    report = api.import_divisions(SYSTEM, path, keep_good=True)
    assert (report.done, report.added, report.bad_lines) == (True, 6, 5)


def test_repeated_lines_are_counted_and_the_first_is_kept(tmp_path):
    twice = LINES[3].replace("1150,خرم آباد", "1150,خرم آباد منطقه 2")
    report = api.import_divisions(SYSTEM, saved(tmp_path, *LINES, twice, LINES[5]))
    assert (report.added, report.duplicates, report.bad_lines) == (6, 2, 0)
    assert api.division_by_code("1501011150").name == "خرم آباد"


def test_a_second_import_renames_and_leaves_the_rest(tmp_path):
    api.import_divisions(SYSTEM, saved(tmp_path, *LINES))
    before = api.division_by_code("1501010001000123")
    renamed = [line.replace("گلدشت نمونه", "گلدشت نو") for line in LINES]
    report = api.import_divisions(SYSTEM, saved(tmp_path, *renamed))
    assert (report.added, report.updated, report.unchanged) == (0, 1, 5)
    after = api.division_by_code("1501010001000123")
    assert (after.id, after.name) == (before.id, "گلدشت نو")
    assert [d.id for d in api.divisions(q="گلدشت نو").rows] == [before.id]


def test_cancelling_leaves_nothing(tmp_path):
    def cancel(done, total):
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        api.import_divisions(SYSTEM, saved(tmp_path, *LINES), cancel)
    assert Division.objects.count() == 0
    assert journal.entries() == []


@pytest.mark.parametrize("content", ["", "نام,سن\r\nالف,۱۲\r\n", "\x00\x01\x02"])
def test_another_file_is_refused(tmp_path, content):
    path = tmp_path / "other.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(Invalid) as caught:
        api.import_divisions(SYSTEM, path)
    assert caught.value.code == "directory.division-file"


def test_only_an_administrator_imports(tmp_path, world):
    head = api.actor_for(world.users["head"], world.head)
    assert head is not None
    with pytest.raises(Forbidden):
        api.import_divisions(head, saved(tmp_path, *LINES))


def test_villages_come_by_the_ten_thousand_with_few_entries(tmp_path):
    villages = (
        f"15,لرستان,01,خرم آباد,01,مرکزی,{n % 50 + 1:04},دهستان {n % 50},,,{n:06},روستای {n},,6"
        for n in range(20_000)
    )
    told = []
    started = time.monotonic()
    report = api.import_divisions(
        SYSTEM, saved(tmp_path, *villages), lambda done, total: told.append((done, total))
    )
    took = time.monotonic() - started
    assert report.added == 20_000 + 50 + 3
    assert told == sorted(told)
    assert told[-1] == (1000, 1000)
    kinds = [entry.kind for entry in journal.entries()]
    assert kinds == ["divisions.imported"] * 5
    assert took < 20, f"{took:.1f} s for twenty thousand villages"
