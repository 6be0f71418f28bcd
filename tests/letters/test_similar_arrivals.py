"""One letter brought twice: the secretariat sees which came before, and by what it is known."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from tests.letters.test_begin_letter import letter
from tests.letters.world import NOON, World, drain, page, person, refer

pytestmark = pytest.mark.django_db(transaction=True)

WATER = "قطعی آب شرب روستای بالا"
ROAD = "ترمیم پل تخریب‌شده در سیل"


@pytest.fixture
def world() -> World:
    return World.make()


def arrive(world: World, subject: str, *, who: int = 1, body: str = "", file: str = "") -> UUID:
    _, found = world.arrive(
        subject=subject, applicant=person(who), body=body, pages=(page(file or subject),)
    )
    return found


def like(world: World, arrival: UUID) -> list[UUID]:
    found = letters.similar_arrivals(world.registrar, [arrival])
    return [row.id for row in found.get(arrival, ())]


def test_about_the_same_subject_of_the_same_person_is_like_the_earlier_one_only(world: World):
    first = arrive(world, WATER)
    other = arrive(world, WATER, who=2)
    again = arrive(world, "قطع آب شرب روستای بالا")
    assert like(world, again) == [first]
    assert like(world, first) == []
    assert like(world, other) == []


def test_near_the_same_text_or_the_same_scan_is_like_it_under_another_subject(world: World):
    text = "لولهٔ اصلی روستا از هفتهٔ پیش شکسته است و آب شرب سی خانوار قطع است."
    first = arrive(world, WATER, body=text, file="scan")
    worded = arrive(world, ROAD, body=text + " لطفاً")
    assert like(world, worded) == [first]
    scanned = arrive(world, "درخواست وام", file="scan")
    assert like(world, scanned) == [first]
    assert like(world, arrive(world, "نهادهٔ دامی", body="چیز دیگری می‌خواهم")) == []


def test_what_was_set_aside_or_lies_long_back_says_nothing(world: World):
    time = clock.FakeClock(NOON)
    with clock.use(time):
        first = arrive(world, WATER)
        letters.set_aside(world.registrar, first, reason="خوانا نیست")
        assert like(world, arrive(world, WATER)) == []
        time.advance(timedelta(days=91))
        assert like(world, arrive(world, WATER)) == []


def test_a_letter_of_an_agency_is_like_one_of_that_agency(world: World):
    for _ in range(2):
        made = letters.begin_letter(world.deputy, letter(world))
        draft = letters.arrival(world.deputy, made).drafts[0].id
        letters.initial(world.deputy, draft)
        refer(world.deputy, made, world.head, Purpose.SIGNATURE)
        letters.sign(world.head, draft)
        letters.dispatch(world.registrar, draft)
    drain()
    newer, older = letters.arrivals(world.other_registrar).rows
    found = letters.similar_arrivals(world.other_registrar, [newer.id, older.id])
    assert {id_: [row.id for row in rows] for id_, rows in found.items()} == {newer.id: [older.id]}


def test_nothing_of_another_secretariat_is_told_and_no_other_seat_asks(world: World):
    arrive(world, WATER)
    again = arrive(world, WATER)
    assert letters.similar_arrivals(world.other_registrar, [again]) == {}
    for stranger in (world.clerk, world.head, world.admin):
        with pytest.raises(Forbidden):
            letters.similar_arrivals(stranger, [again])


def test_forty_letters_cost_as_many_queries_as_one(world: World):
    ids = [arrive(world, f"{WATER} {n}") for n in range(5)]
    for asked in (ids[:1], ids):
        with CaptureQueriesContext(connection) as told:
            letters.similar_arrivals(world.registrar, asked)
        assert len(told) == 3
