"""Lists of a counter's letters: own ones, newest first, by keyset, at a constant cost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CounterToday, SubmissionState
from tests.letters.world import NOON, World, drain


def statements(call: Callable[[], object]) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        call()
    return [query["sql"] for query in queries]


def test_the_list_is_newest_first_and_goes_on_where_it_ended(world: World) -> None:
    ids = [world.accept().letter_id for _ in range(7)]
    seen = []
    after = None
    while True:
        page = letters.submissions(world.clerk, after=after, limit=3)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
        world.accept()  # what comes meanwhile moves nothing
    assert seen == ids[::-1]


def test_a_list_costs_one_query_however_long(world: World) -> None:
    world.accept()
    few = statements(lambda: letters.submissions(world.clerk))
    for _ in range(12):
        world.accept()
    many = statements(lambda: letters.submissions(world.clerk))
    assert len(few) == len(many) == 1
    assert "COUNT(" not in many[0].upper()
    assert "OFFSET" not in many[0].upper()


def test_a_letter_costs_a_constant_number_of_queries(world: World) -> None:
    accepted, _ = world.answered()
    queries = statements(lambda: letters.submission(world.clerk, accepted.letter_id))
    assert len(queries) == 5  # the last of them for the proofs of the steps


def test_the_list_by_state(world: World) -> None:
    first = world.accept()
    drain()
    second = world.accept()
    by_state = {
        state: [row.id for row in letters.submissions(world.clerk, state=state).rows]
        for state in SubmissionState
    }
    assert by_state[SubmissionState.ARRIVED] == [first.letter_id]
    assert by_state[SubmissionState.QUEUED] == [second.letter_id]
    assert sum(map(len, by_state.values())) == 2


def test_the_list_of_a_day_turns_at_midnight_in_tehran(world: World) -> None:
    time = FakeClock(NOON)
    with clock.use(time):
        before = world.accept()
        time.advance(timedelta(hours=12, seconds=1))
        after = world.accept()
        today, tomorrow = NOON.date(), NOON.date() + timedelta(days=1)
        assert [r.id for r in letters.submissions(world.clerk, day=today).rows] == [
            before.letter_id
        ]
        assert [r.id for r in letters.submissions(world.clerk, day=tomorrow).rows] == [
            after.letter_id
        ]


@pytest.mark.parametrize("cursor", ["x", "", "W10", "WyJ4Il0", "é", "A" * 600])
def test_a_broken_cursor_is_refused(world: World, cursor: str) -> None:
    with pytest.raises(Invalid):
        letters.submissions(world.clerk, after=cursor)


def test_today_counts_what_came_and_what_waits(world: World) -> None:
    world.answered()
    world.accept()
    assert letters.counter_today(world.clerk) == CounterToday(
        accepted=2, queued=1, undelivered=0, ready=1, returned=0
    )
    assert letters.counter_today(world.other_clerk) == CounterToday(0, 0, 0, 0, 0)


def test_a_code_finds_the_counters_own_letter_only(world: World) -> None:
    accepted = world.accept()
    assert letters.find_submission(world.second_clerk, accepted.tracking_code) == (
        accepted.letter_id
    )
    with pytest.raises(NotFound):
        letters.find_submission(world.other_clerk, accepted.tracking_code)
    with pytest.raises(Invalid) as refused:
        letters.find_submission(world.clerk, "123")
    assert set(refused.value.fields) == {"tracking_code"}


def test_the_receipt_says_what_was_accepted_and_not_what_came_later(world: World) -> None:
    accepted = world.accept()
    first = letters.receipt(world.clerk, accepted.letter_id)
    assert (first.pages, first.sheets, first.masked_name) == (2, 2, "ف••• نمونه")
    assert first.tracking_code == accepted.tracking_code
    assert first.fee.commission.minor == 300_000
    drain()
    letters.register(world.registrar, world.arrival_of(accepted))
    drain()
    assert letters.receipt(world.clerk, accepted.letter_id) == first


def test_a_day_before_all_letters_is_empty_and_one_outside_the_calendar_is_refused(
    world: World,
) -> None:
    world.accept()
    assert letters.submissions(world.clerk, day=date(1900, 1, 1)).rows == ()
    for far in (date.min, date.max):
        with pytest.raises(Invalid) as caught:
            letters.submissions(world.clerk, day=far)
        assert set(caught.value.fields) == {"day"}
