"""Several indicators in one secretariat: each without a gap, each with its book."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from uuid import UUID

import pytest
from django.db import connection

from pishkhan.directory.contracts import Right
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Book, Relation, Way
from tests.letters.test_begin_letter import sent, there
from tests.letters.test_number import CLERKS, arrivals
from tests.letters.world import NOON, World, drain, refer

SINCE, UNTIL = date(2020, 1, 1), date(2040, 1, 1)


def added(world: World, name: str, template: str, **rule: object) -> UUID:
    return letters.add_series(
        world.admin,
        secretariat_id=world.secretariat,
        name=name,
        template=template,
        **rule,  # type: ignore[arg-type] # way, kind, unit
    )


def book(world: World, series: UUID | None, which: Book = Book.REGISTER) -> list[str]:
    rows = letters.book(world.registrar, which, since=SINCE, until=UNTIL, series=series).rows
    return [row.text for row in rows]


def test_sixteen_clerks_leave_no_gap_in_any_of_several_indicators(world: World):
    fax = added(world, "فاکس", "ف/{year}/{number}", kind="fax")
    waiting = arrivals(world, CLERKS * 4)
    start = Barrier(CLERKS)

    def clerk(n: int) -> list[tuple[str, int]]:
        try:
            start.wait(30)
            given = []
            for place, id_ in enumerate(waiting[n::CLERKS]):
                kind = "fax" if place % 2 else "letter"
                issued = letters.register(world.registrar, id_, terms={Table.KIND: kind})
                given.append((kind, issued.number))
            return given
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as clerks:
        given = [each for numbers in clerks.map(clerk, range(CLERKS)) for each in numbers]
    for kind in ("fax", "letter"):
        assert sorted(n for each, n in given if each == kind) == list(range(1, CLERKS * 2 + 1))
    assert {text.split("/")[0] for text in book(world, fax)} == {"ف"}


def test_a_letter_takes_the_indicator_of_its_rule_or_the_one_that_was_chosen(world: World):
    out = added(world, "صادره", "ص/{yy}/{number}", way=Way.OUTGOING)
    unit = added(world, "فروش", "{unit}-{number}-{year}", unit="فر")
    with clock.use(FakeClock(NOON)):
        world.answered()
        _, arrival = world.arrive()
        assert letters.register(world.registrar, arrival, series=unit).text == "فر-1-1405"
        with pytest.raises(Invalid) as error:
            letters.register(world.registrar, world.arrive()[1], series=out)
    assert set(error.value.fields) == {"series"}
    assert book(world, None) == ["1405/1"]
    assert book(world, out) == book(world, out, Book.DISPATCH) == ["ص/05/1"]
    assert book(world, unit) == ["فر-1-1405"]
    assert book(world, None, Book.DISPATCH) == []
    assert letters.arrival(world.registrar, arrival).row.number_text == "فر-1-1405"
    entries = journal.entries_of(letters.arrival(world.registrar, arrival).letter_id)
    given = [each.fields["series"] for each in entries if each.kind == "letter.registered"]
    assert given == [str(unit)]


def test_a_number_is_voided_and_found_within_its_indicator(world: World):
    unit = added(world, "فروش", "{unit}/{year}/{number}", unit="فر")
    main, other = world.arrive()[1], world.arrive()[1]
    letters.register(world.registrar, main)
    text = letters.register(world.registrar, other, series=unit).text
    (hit,) = letters.search(world.registrar, text).rows
    assert hit.id == other
    key = letters.number_of(world.registrar, other)
    assert key.series_id == unit
    letters.void_number(
        world.registrar, year=key.year, number=key.number, series=unit, reason="اشتباه"
    )
    assert letters.arrival(world.registrar, main).row.number_text  # the same number, another one
    assert not letters.arrival(world.registrar, other).row.number_text
    with pytest.raises(NotFound):
        letters.number_of(world.registrar, other)


def test_an_answer_to_a_number_of_another_form_is_linked_by_it(world: World):
    added(world, "صادره", "ص/{year}/{number}", way=Way.OUTGOING)
    made = sent(world)
    text = letters.arrival(world.registrar, made).row.number_text
    assert text.startswith("ص/")
    arrived = there(world.other_registrar)
    letters.register(world.other_registrar, arrived.row.id)
    post = replace(world.other_head, rights=world.other_head.rights | {Right.INITIAL})
    refer(world.other_registrar, arrived.row.id, post)
    draft = letters.draft(
        post, arrived.row.id, recipient="مدیرعامل", subject="پاسخ", body="انجام شد."
    )
    letters.initial(post, draft)
    letters.sign(post, draft)
    letters.dispatch(world.other_registrar, draft)
    drain()
    (link,) = there(world.registrar).links
    assert (link.relation, link.number) == (Relation.ANSWERS, text)


def test_only_the_administrator_keeps_indicators_and_only_the_clerk_reads_their_books(
    world: World,
):
    unit = added(world, "فروش", "{unit}/{year}/{number}", unit="فر")
    for who in (world.registrar, world.head, world.clerk):
        with pytest.raises(Forbidden):
            letters.add_series(
                who, secretariat_id=world.secretariat, name="دوم", template="د/{year}/{number}"
            )
        with pytest.raises(Forbidden):
            letters.close_series(who, unit)
        with pytest.raises(Forbidden):
            letters.series_of_office(who, world.secretariat)
    with pytest.raises(NotFound):
        letters.book(world.other_registrar, Book.REGISTER, since=SINCE, until=UNTIL, series=unit)
    for name, template, kind in (
        ("فروش", "ت/{year}/{number}", ""),
        ("تازه", "{year}/{number}", ""),
        ("تازه", "ت/{year}/{number}", "none"),
    ):
        with pytest.raises(Invalid):
            added(world, name, template, kind=kind)
