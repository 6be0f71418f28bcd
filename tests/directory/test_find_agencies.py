from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, NameKind
from pishkhan.directory.models import Agency, AgencyName, Secretariat
from pishkhan.directory.rules import padded
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id


def names(q: str, **more: int) -> list[str]:
    return [hit.name for hit in api.find_agencies(q, **more)]


def test_three_letters_of_any_word_find_the_agency(world):
    assert names("فاض") == ["شرکت آب و فاضلاب استان"]
    assert names("نیر برق") == ["شرکت توزیع نیروی برق استان"]
    assert set(names("شرکت")) == {"شرکت آب و فاضلاب استان", "شرکت توزیع نیروی برق استان"}


def test_a_fragment_inside_a_word_is_found_too(world):
    assert names("ضلاب") == ["شرکت آب و فاضلاب استان"]


def test_arabic_letters_signs_and_digits_make_no_difference(world):
    assert names("شركت توزيع") == ["شرکت توزیع نیروی برق استان"]
    assert names("  فاضِلاب‌ ") == ["شرکت آب و فاضلاب استان"]


def test_a_nickname_finds_it_and_says_so(world):
    (hit,) = api.find_agencies("آبفا")
    assert (hit.id, hit.hint, hit.secretariat_id) == (world.water, "آبفا", world.office)
    (official,) = api.find_agencies("فاضلاب")
    assert official.hint == ""


def test_the_former_name_still_finds_a_renamed_agency(world):
    api.rename_agency(SYSTEM, agency_id=world.power, name="شرکت انرژی نمونه")
    (hit,) = api.find_agencies("برق")
    assert (hit.name, hit.hint) == ("شرکت انرژی نمونه", "شرکت توزیع نیروی برق استان")
    api.rename_agency(SYSTEM, agency_id=world.power, name="شرکت توزیع نیروی برق استان")
    (back,) = api.find_agencies("برق")
    assert (back.name, back.hint) == ("شرکت توزیع نیروی برق استان", "")
    assert api.agency(world.power).names == ((NameKind.FORMER, "شرکت انرژی نمونه"),)


def test_the_exact_name_comes_first_then_its_beginnings(world):
    for code, name in (("g1", "بازرسی گاز"), ("g2", "گازرسانی"), ("g3", "گاز"), ("g4", "پتروگاز")):
        agency = api.add_agency(SYSTEM, code=code, name=name)
        api.add_secretariat(SYSTEM, agency_id=agency, name="دبیرخانه")
    assert names("گاز") == ["گاز", "گازرسانی", "بازرسی گاز", "پتروگاز"]
    assert names("گاز", limit=2) == ["گاز", "گازرسانی"]


def test_closed_agencies_and_those_without_a_secretariat_are_no_destination(world):
    api.add_agency(SYSTEM, code="x", name="سازمان بی‌دبیرخانه")
    assert names("سازمان") == []
    api.close_agency(SYSTEM, agency_id=world.power)
    assert names("برق") == []


@pytest.mark.parametrize("q", ["", "   ", "‌", "%", "_", "\\", "' OR 1=1 --", "\x00"])
def test_nothing_and_tricks_find_nothing(world, q):
    assert names(q) == []


def test_an_agency_is_not_known_twice_by_one_name(world):
    api.add_agency_name(SYSTEM, agency_id=world.water, name="آب روستایی", kind=NameKind.FORMER)
    with pytest.raises(Refused) as caught:
        api.add_agency_name(SYSTEM, agency_id=world.water, name="آب روستایي")
    assert caught.value.code == "directory.twin-name"


def test_one_query_answers_among_ten_thousand_names_in_time(world):
    ids = [new_id() for _ in range(5000)]
    with journal.act() as act:
        rows.insert_many(
            Agency,
            (
                {"id": id_, "code": f"b{n}", "name": f"اداره {n}", "norm": f"اداره {n}"}
                for n, id_ in enumerate(ids)
            ),
        )
        rows.insert_many(
            Secretariat,
            (
                {"id": new_id(), "agency_id": i, "name": "د", "kind": "central", "is_default": True}
                for i in ids
            ),
        )
        for kind, word in (("official", "اداره"), ("nickname", "شعبه")):
            rows.insert_many(
                AgencyName,
                (
                    {
                        "agency_id": id_,
                        "kind": kind,
                        "name": f"{word} {n}",
                        "norm": padded(f"{word} {n}"),
                    }
                    for n, id_ in enumerate(ids)
                ),
            )
        act.append("agency.added", subject=ids[0], actor="system")
    api.find_agencies("شعبه")
    with CaptureQueriesContext(connection) as queries:
        started = time.perf_counter()
        hits = api.find_agencies("شعبه 49")
        took = time.perf_counter() - started
    assert len(queries) == 1
    assert hits[0].hint == "شعبه 49"
    assert len(hits) == 8
    assert took < 0.5
