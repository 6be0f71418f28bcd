"""What a letter bears of the norm's tables: chosen, kept as it was, told to the other agency."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.terms import CHOSEN, Table, Term
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Book
from pishkhan.letters.logic.terms import terms_in
from tests.letters.test_begin_letter import letter, sent, there
from tests.letters.world import World

SINCE, UNTIL = date(2020, 1, 1), date(2040, 1, 1)


def test_a_letter_bears_what_is_usual_or_what_was_chosen(world: World):
    _, usual = world.arrive()
    assert letters.arrival(world.registrar, usual).terms == {}
    letters.register(world.registrar, usual)
    found = letters.arrival(world.registrar, usual).terms
    assert [found[table].code for table in CHOSEN] == ["letter", "general", "counter", "original"]
    _, other = world.arrive()
    letters.register(
        world.registrar, other, terms={Table.KIND: "fax", Table.WAY: "post", Table.COPY: "copy"}
    )
    found = letters.arrival(world.registrar, other).terms
    assert [found[table].fa for table in CHOSEN] == ["فاکس", "عمومی", "پستی", "کپی"]


def test_what_is_renamed_or_retired_stays_on_letters_as_it_was(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival, terms={Table.KIND: "fax"})
    directory.rename_term(SYSTEM, table=Table.KIND, code="fax", fa="دورنگار", en="Telefax")
    assert letters.arrival(world.registrar, arrival).terms[Table.KIND].fa == "فاکس"
    directory.retire_term(SYSTEM, table=Table.KIND, code="fax")
    _, later = world.arrive()
    for code in ("fax", "never"):
        with pytest.raises(Invalid) as error:
            letters.register(world.registrar, later, terms={Table.KIND: code})
        assert set(error.value.fields) == {"term-kind"}
    directory.retire_term(SYSTEM, table=Table.WAY, code="counter")
    letters.register(world.registrar, later)  # the usual way is gone: the first one is taken
    assert letters.arrival(world.registrar, later).terms[Table.WAY].code == "electronic"


def test_the_other_agency_reads_what_kind_of_letter_it_is(world: World):
    own = directory.add_term(SYSTEM, table=Table.SUBJECT, fa="فراخوان", en="Call")
    made = sent(world, terms={Table.KIND: "order", Table.SUBJECT: own})
    assert letters.arrival(world.registrar, made).terms[Table.KIND].fa == "حکم"
    directory.retire_term(SYSTEM, table=Table.SUBJECT, code=own)
    arrived = there(world.other_registrar)
    assert arrived.terms == {
        Table.KIND: Term("order", "حکم", "Order"),
        Table.SUBJECT: Term(own, "فراخوان", "Call"),
    }
    letters.register(world.other_registrar, arrived.row.id, terms={Table.WAY: "courier"})
    found = letters.arrival(world.other_registrar, arrived.row.id).terms
    assert [found[table].code for table in CHOSEN] == ["order", own, "courier", "original"]
    with pytest.raises(Invalid):
        letters.begin_letter(world.expert, replace(letter(world), terms={Table.SUBJECT: own}))


def test_a_book_is_narrowed_by_what_letters_bear(world: World):
    for kind in ("fax", "letter", "fax"):
        letters.register(world.registrar, world.arrive()[1], terms={Table.KIND: kind})
    sent(world, terms={Table.KIND: "fax"})
    world.answered()

    def numbers(which: Book = Book.REGISTER, **terms: str) -> list[int]:
        wanted = {Table(name): code for name, code in terms.items()}
        rows = letters.book(world.registrar, which, since=SINCE, until=UNTIL, terms=wanted).rows
        sheet = letters.export_book(world.registrar, which, since=SINCE, until=UNTIL, terms=wanted)
        assert [row.number for row in sheet] == [row.number for row in rows][::-1]
        return [row.number for row in rows]

    assert numbers(kind="fax") == [4, 3, 1]
    assert numbers(kind="letter") == [5, 2]
    assert numbers(Book.DISPATCH, kind="fax") == [4]
    assert numbers(kind="fax", way="counter") == [3, 1]
    assert numbers(urgency="1") == [5, 4, 3, 2, 1]
    assert numbers(urgency="2") == []


@pytest.mark.parametrize(
    "given",
    [
        [],
        {"kind": "fax"},
        {"kind": {"code": "fax"}},
        {"subject": {"code": "", "fa": "ا", "en": "a"}},
    ],
)
def test_a_message_that_names_them_wrongly_is_refused(given: object):
    with pytest.raises(Invalid, match=r"letters\.bad-message"):
        terms_in({"terms": given})


def test_a_message_of_an_older_node_says_nothing_of_them():
    assert terms_in({}) == {}
    way = {"way": {"code": "post", "fa": "پستی", "en": "Post"}}
    assert terms_in({"terms": way}) == {}  # how it came is the receiver's to say
