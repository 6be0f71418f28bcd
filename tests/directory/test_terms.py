"""The tables of the secretariat norm: defaults, and what an administrator makes of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.terms import DEFAULTS, FIXED, Table, Terms
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.letters.world import NOON


def codes(table: Table) -> list[str]:
    return [each.code for each in api.terms().offered(table)]


def test_without_a_change_the_tables_are_those_of_the_norm():
    found = api.terms()
    assert found == Terms()
    assert [each.fa for each in found.offered(Table.COPY)] == ["اصل", "کپی", "المثنی"]
    assert found.name(Table.CLASS, "3", language="fa") == "خیلی محرمانه"
    assert found.name(Table.URGENCY, "4", language="en") == "Immediate"
    assert found.name(Table.KIND, "unknown", language="fa") == "unknown"


def test_a_term_is_added_ordered_retired_and_taken_up_again():
    made = api.add_term(SYSTEM, table=Table.KIND, fa=" تلگراف ", en="Telegram")
    assert codes(Table.KIND)[-1] == made
    api.move_term(SYSTEM, table=Table.KIND, code=made)
    assert codes(Table.KIND)[-2] == made
    api.move_term(SYSTEM, table=Table.KIND, code="letter")  # it is the first already
    assert codes(Table.KIND)[0] == "letter"
    api.retire_term(SYSTEM, table=Table.KIND, code=made)
    assert made not in codes(Table.KIND)
    assert api.terms().name(Table.KIND, made, language="fa") == "تلگراف"
    api.retire_term(SYSTEM, table=Table.KIND, code=made, back=True)
    assert made in codes(Table.KIND)
    assert codes(Table.SUBJECT) == [each.code for each in DEFAULTS[Table.SUBJECT]]


def test_a_name_holds_from_the_moment_it_was_given():
    now = FakeClock(NOON)
    with clock.use(now):
        api.rename_term(SYSTEM, table=Table.URGENCY, code="2", fa="زود", en="Soon")
        now.advance(timedelta(days=1))
        api.rename_term(SYSTEM, table=Table.URGENCY, code="2", fa="زودتر", en="Sooner")
    found = api.terms()

    def called(at):
        return found.name(Table.URGENCY, "2", language="fa", at=at)

    assert called(NOON - timedelta(seconds=1)) == "فوری"
    assert called(NOON + timedelta(hours=1)) == "زود"
    assert called(NOON + timedelta(days=2)) == "زودتر"
    assert called(None) == "زودتر"


def test_two_changes_at_one_moment_both_hold():
    with clock.use(FakeClock(NOON)):
        api.rename_term(SYSTEM, table=Table.COPY, code="copy", fa="رونوشت", en="Transcript")
        made = api.add_term(SYSTEM, table=Table.COPY, fa="تصویر", en="Picture")
    assert codes(Table.COPY)[-1] == made
    assert api.terms().name(Table.COPY, "copy", language="en") == "Transcript"


def test_what_cannot_be_is_refused(world):
    for table in FIXED:
        with pytest.raises(Refused, match=r"directory\.fixed-table"):
            api.add_term(SYSTEM, table=table, fa="تازه", en="New")
        with pytest.raises(Refused, match=r"directory\.fixed-table"):
            api.retire_term(SYSTEM, table=table, code="1")
        with pytest.raises(Refused, match=r"directory\.fixed-table"):
            api.move_term(SYSTEM, table=table, code="1")
    with pytest.raises(Invalid) as error:
        api.add_term(SYSTEM, table=Table.KIND, fa="نامه", en="Other")
    assert set(error.value.fields) == {"fa"}
    with pytest.raises(Invalid):
        api.rename_term(SYSTEM, table=Table.KIND, code="fax", fa="", en="Fax")
    with pytest.raises(NotFound):
        api.rename_term(SYSTEM, table=Table.KIND, code="none", fa="هیچ", en="None")
    for code in ("original", "copy"):
        api.retire_term(SYSTEM, table=Table.COPY, code=code)
    with pytest.raises(Refused, match=r"directory\.last-term"):
        api.retire_term(SYSTEM, table=Table.COPY, code="duplicate")
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.add_term(head, table=Table.KIND, fa="تلگراف", en="Telegram")


def test_every_change_is_on_record():
    made = api.add_term(SYSTEM, table=Table.WAY, fa="نمابر", en="Telefax")
    api.rename_term(SYSTEM, table=Table.WAY, code=made, fa="دورنگار", en="Telefax")
    api.retire_term(SYSTEM, table=Table.WAY, code=made)
    api.move_term(SYSTEM, table=Table.WAY, code=made)
    found = [each for each in journal.entries() if each.fields.get("table") == "way"]
    assert [each.kind for each in found] == [
        "term.added",
        "term.renamed",
        "term.retired",
        "term.moved",
    ]
    assert {each.fields["code"] for each in found} == {made}
