"""Tracking by code and number: what is shown, what is not, and how guessing is slowed down."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, NotFound, TooMany
from pishkhan.kernel.tracking import grouped, make
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, IdKind, SubmissionState
from pishkhan.letters.logic import throttle, track
from pishkhan.letters.logic.throttle import FREE_TRIES, LONGEST_WAIT, wait_after
from pishkhan.letters.models import TrackThrottle
from tests.letters.world import NOON, World, drain, national_id, together

ME, OTHER = national_id(1), national_id(2)


def fail(code: str, number: str = OTHER) -> None:
    with pytest.raises(NotFound) as refused:
        letters.track(code, number)
    assert refused.value.code == "letters.no-such-pair"


def test_code_and_number_show_state_and_steps_and_no_name(world: World) -> None:
    accepted = world.accept()
    drain()
    told = letters.track(accepted.tracking_code, ME)
    assert told.state is SubmissionState.ARRIVED
    assert told.agency_name == "شرکت آب و فاضلاب استان"
    assert "فرد نمونه" not in repr(told)
    assert "متصدی" not in repr(told)
    assert ME not in repr(told)


def test_a_code_is_taken_as_people_type_it(world: World) -> None:
    code = world.accept().tracking_code
    persian = grouped(code).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    spaced = f" {ME[:3]} {ME[3:]} "
    assert letters.track(persian, spaced).tracking_code == code


def test_a_number_that_lost_its_leading_zeros_still_fits(world: World) -> None:
    number = "0012345679"
    accepted = world.accept(applicant=Applicant(IdKind.NATIONAL, number, "فرد نمونه"))
    assert letters.track(accepted.tracking_code, "12345679").state is SubmissionState.QUEUED


def test_what_is_no_code_is_told_without_a_look(world: World) -> None:
    code = world.accept().tracking_code
    slip = code[:-1] + str((int(code[-1]) + 1) % 10)
    with pytest.raises(Invalid) as refused:
        letters.track(slip, ME)
    assert set(refused.value.fields) == {"code"}


def test_tracking_is_two_reads_and_no_write(world: World) -> None:
    code = world.accept().tracking_code
    with CaptureQueriesContext(connection) as queries:
        letters.track(code, ME)
    assert len(queries) == 2
    assert all(query["sql"].startswith("SELECT") for query in queries)


@pytest.mark.parametrize("known", [True, False])
def test_a_known_and_an_unknown_code_fail_alike(world: World, known: bool) -> None:
    code = world.accept().tracking_code if known else make(b"k" * 32, 7, 7)
    with clock.use(FakeClock(NOON)):
        for _ in range(FREE_TRIES):
            fail(code)
        with pytest.raises(TooMany) as refused:
            letters.track(code, OTHER)
        assert refused.value.retry_after == 1


def test_a_wrong_number_and_an_unknown_code_take_the_same_road(world: World) -> None:
    code = world.accept().tracking_code
    costs = []
    with clock.use(FakeClock(NOON)):
        for asked in (code, make(b"k" * 32, 7, 7)):
            for _ in range(FREE_TRIES):
                with CaptureQueriesContext(connection) as queries:
                    fail(asked)
                costs.append(len(queries))
            with CaptureQueriesContext(connection) as queries, pytest.raises(TooMany):
                letters.track(asked, ME)
            costs.append(len(queries))
    assert costs[: len(costs) // 2] == costs[len(costs) // 2 :]


def test_a_wrong_number_waits_longer_each_time_and_never_over_thirty_seconds() -> None:
    waits = [wait_after(n).total_seconds() for n in range(12)]
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 30]
    assert wait_after(10**9) == LONGEST_WAIT


def test_the_right_pair_works_after_the_wait_whatever_others_tried(world: World) -> None:
    code = world.accept().tracking_code
    time = FakeClock(NOON)
    with clock.use(time):
        for _ in range(12):
            fail(code)
            time.advance(LONGEST_WAIT)
        fail(code)
        with pytest.raises(TooMany) as slower_now:
            letters.track(code, ME)
        assert slower_now.value.retry_after <= 30
        time.advance(timedelta(seconds=slower_now.value.retry_after))
        assert letters.track(code, ME).state is SubmissionState.QUEUED


def test_one_codes_guesser_slows_nobody_else_down(world: World) -> None:
    first, second = world.accept().tracking_code, world.accept().tracking_code
    with clock.use(FakeClock(NOON)):
        for _ in range(FREE_TRIES):
            fail(first)
        assert letters.track(second, ME).state is SubmissionState.QUEUED


def test_failures_are_forgotten_after_an_hour(world: World) -> None:
    code = world.accept().tracking_code
    time = FakeClock(NOON)
    with clock.use(time):
        for _ in range(FREE_TRIES):
            fail(code)
        time.advance(timedelta(hours=1, seconds=1))
        assert letters.track(code, ME).state is SubmissionState.QUEUED
        for _ in range(FREE_TRIES - 1):
            fail(code)
        assert letters.track(code, ME).state is SubmissionState.QUEUED


GUESSERS = 8


def at_once(
    monkeypatch: pytest.MonkeyPatch, tries: Sequence[tuple[str, str]], now: datetime
) -> list[str]:
    """Guess in threads that have all read the count before one is counted; say what each heard."""
    read, meet, waited = throttle.slow_down, Barrier(len(tries)), threading.local()

    def meeting(*seen: Any) -> None:
        read(*seen)
        if not getattr(waited, "once", False):
            waited.once = True
            meet.wait(timeout=30)

    def guess(code: str, number: str) -> str:
        try:
            with clock.use(FakeClock(now)):
                letters.track(code, number)
        except (NotFound, TooMany) as refused:
            return refused.code
        return "found"

    with monkeypatch.context() as patch:
        patch.setattr(track, "slow_down", meeting)
        return together([partial(guess, *each) for each in tries])


@pytest.mark.parametrize("known", [True, False])
def test_guesses_sent_at_once_are_told_no_more_than_those_sent_one_by_one(
    world: World, known: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code if known else make(b"k" * 32, 7, 7)
    for round_, told in ((0, FREE_TRIES), (1, 1), (2, 1)):
        now = NOON + round_ * LONGEST_WAIT
        heard = at_once(monkeypatch, [(code, OTHER)] * GUESSERS, now)
        assert heard.count("letters.no-such-pair") == told
        assert heard.count("letters.track-slower") == GUESSERS - told
    assert [row.fails for row in TrackThrottle.objects.all()] == [FREE_TRIES + 2]


def test_a_right_guess_is_told_nothing_when_another_was_counted_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code
    take_turn, time = throttle.take_turn, FakeClock(NOON)

    def late(*seen: Any) -> None:
        fail(code)
        take_turn(*seen)

    with clock.use(time):
        for _ in range(FREE_TRIES):
            fail(code)
        time.advance(LONGEST_WAIT)
        with monkeypatch.context() as patch:
            patch.setattr(track, "take_turn", late)
            with pytest.raises(TooMany):
                letters.track(code, ME)
        time.advance(LONGEST_WAIT)
        assert letters.track(code, ME).state is SubmissionState.QUEUED


def test_right_pairs_at_once_all_pass_and_leave_the_count_as_it_was(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code
    with clock.use(FakeClock(NOON)):
        for _ in range(FREE_TRIES):
            fail(code)
    before = TrackThrottle.objects.values_list("fails", "since").get()
    heard = at_once(monkeypatch, [(code, ME)] * GUESSERS, NOON + LONGEST_WAIT)
    assert heard == ["found"] * GUESSERS
    assert TrackThrottle.objects.values_list("fails", "since").get() == before


def test_rubbish_for_a_number_is_just_wrong(world: World) -> None:
    code = world.accept().tracking_code
    fail(code, "")
    fail(code, "' OR 1=1 --")
    with pytest.raises((NotFound, TooMany)):
        letters.track(code, "\ud800")
