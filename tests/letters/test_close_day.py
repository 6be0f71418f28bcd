"""A counter's day by clerk, and its closing: figures that were shown, on record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ClerkDay, Fee, PayWay, PrintIntent
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.close_day import cash_of
from pishkhan.letters.models import DayClose
from tests.letters.world import NOON, World, drain, national_id, refusing


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A day does not turn in the middle of a test."""
    with clock.use(FakeClock(NOON)):
        yield


def paid(world: World, way: PayWay) -> Fee:
    return replace(letters.letter_fee(world.clerk), way=way)


def mine(world: World) -> ClerkDay:
    return letters.counter_day(world.clerk).mine


def close(world: World, **changes: Any) -> Any:
    shown = mine(world)
    given: dict[str, Any] = {"accepted": shown.accepted, "handed_over": shown.handed_over}
    return letters.close_day(world.clerk, **(given | changes))


def test_the_day_counts_by_clerk_what_was_done_and_what_is_open(world: World) -> None:
    world.accept(fee=paid(world, PayWay.CASH))
    world.accept(fee=paid(world, PayWay.CARD), print_intent=PrintIntent.NONE)
    drain()
    with refusing(wire.SUBMITTED):
        lost = world.accept(fee=paid(world, PayWay.CASH))
        drain()
    world.accept(world.second_clerk, fee=paid(world, PayWay.CARD))
    world.accept(world.other_clerk)
    letters.print_receipt(world.clerk, lost.letter_id)
    day = letters.counter_day(world.clerk)
    assert (day.mine.accepted, day.mine.unprinted, day.mine.unsent) == (3, 1, 1)
    assert [(each.name, each.accepted) for each in day.clerks] == [
        ("متصدی نمونه", 3),
        ("همکار نمونه", 1),
    ]
    ways = {each.way: each for each in day.mine.takings}
    one = letters.letter_fee(world.clerk)
    assert ways[PayWay.CASH].letters == 2
    assert ways[PayWay.CASH].commission == one.commission + one.commission
    assert ways[PayWay.CARD].commission == one.commission
    assert cash_of(day.mine) == ways[PayWay.CASH].commission + ways[PayWay.CASH].state
    assert len(day.unprinted) == 1


def test_what_was_handed_over_counts_for_who_did_it_and_the_answer_no_longer_waits(
    world: World,
) -> None:
    accepted, _ = world.answered()
    assert letters.counter_day(world.clerk).ready == 1
    letters.hand_over(
        world.second_clerk,
        accepted.letter_id,
        national_id=national_id(1),
        tracking_code=accepted.tracking_code,
    )
    day = letters.counter_day(world.clerk)
    assert day.ready == 0
    assert [each.handed_over for each in day.clerks] == [0, 1]


def test_a_returned_letter_stays_open_on_the_line_of_who_accepted_it(world: World) -> None:
    _, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    assert mine(world).returned == 1


def test_another_day_counts_for_itself(world: World) -> None:
    time = FakeClock(NOON)
    with clock.use(time):
        world.accept()
        time.advance(timedelta(days=1))
        assert mine(world).accepted == 0
        yesterday = NOON.astimezone(TEHRAN).date()
        assert letters.counter_day(world.clerk, day=yesterday).mine.accepted == 1
        for day in (yesterday + timedelta(days=2), yesterday - timedelta(days=60)):
            with pytest.raises(Invalid, match=r"letters\.no-such-day"):
                letters.counter_day(world.clerk, day=day)
        closed = letters.close_day(world.clerk, accepted=1, handed_over=0, day=yesterday)
        assert closed.day == yesterday


def test_a_closing_holds_the_figures_that_were_shown_and_an_entry_without_words(
    world: World,
) -> None:
    world.accept(fee=paid(world, PayWay.CASH))
    closed = close(world, parked=2, note="صندوق کم بود")
    assert (closed.no, closed.accepted, closed.parked, closed.unsent) == (1, 1, 2, 1)
    assert closed.cash == cash_of(mine(world))
    assert letters.counter_day(world.clerk).closings == (closed,)
    [entry] = journal.entries_of(closed.id)
    assert entry.kind == "day.closed"
    assert entry.fields["accepted"] == 1
    assert "صندوق" not in str(entry.fields)


def test_other_figures_than_shown_are_refused_and_nothing_is_closed(world: World) -> None:
    shown = mine(world)
    world.accept()
    with pytest.raises(Refused, match=r"letters\.day-changed"):
        close(world, accepted=shown.accepted)
    assert not DayClose.objects.exists()


def test_the_same_press_twice_is_one_closing_and_later_work_makes_another(world: World) -> None:
    world.accept()
    assert close(world) == close(world)
    world.accept()
    assert close(world).no == 2
    assert close(world, note="شمردم").no == 3
    assert DayClose.objects.count() == 3


def test_each_clerk_closes_his_own_day_and_no_other_counter_sees_it(world: World) -> None:
    close(world)
    letters.close_day(world.second_clerk, accepted=0, handed_over=0)
    assert len(letters.counter_day(world.clerk).closings) == 2
    other = letters.counter_day(world.other_clerk)
    assert (other.closings, len(other.clerks)) == ((), 1)


def test_whoever_sits_at_no_counter_has_no_day(world: World) -> None:
    for actor in (world.registrar, world.expert, world.admin):
        with pytest.raises(Forbidden):
            letters.counter_day(actor)
        with pytest.raises(Forbidden):
            letters.close_day(actor, accepted=0, handed_over=0)


def test_a_day_costs_the_same_however_many_letters_it_has(
    world: World, django_assert_num_queries: Any
) -> None:
    for _ in range(3):
        world.accept()
    with django_assert_num_queries(7):
        letters.counter_day(world.clerk)
