"""Finding a letter at the counter by its pair, and what guessing meets there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Refused, TooMany
from pishkhan.kernel.text import persian_digits
from pishkhan.kernel.tracking import grouped, make
from pishkhan.letters import api as letters
from pishkhan.letters.logic import check_number, match_pair, throttle
from pishkhan.letters.logic.throttle import FREE_TRIES, LONGEST_WAIT
from pishkhan.letters.models import TrackThrottle
from tests.letters.world import NOON, World, national_id, together

ME, OTHER = national_id(1), national_id(2)
UNKNOWN = make(b"k" * 32, 7, 7)


def fail(actor: Actor, number: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        letters.match_pair(actor, national_id=number, tracking_code=code)
    assert (refused.value.code, refused.value.fields) == ("letters.wrong-pair", {})


def failures() -> int:
    return sum(e.kind == "letter.hand_over_failed" for e in journal.entries(limit=500))


def test_a_right_pair_leads_to_the_letter_in_any_state_and_digits(world: World) -> None:
    accepted = world.accept()
    code = persian_digits(grouped(accepted.tracking_code))
    for typed in (accepted.tracking_code, code):
        found = letters.match_pair(world.clerk, national_id=ME, tracking_code=typed)
        assert found == accepted.letter_id
    assert failures() == 0


def test_every_wrong_pair_is_refused_alike_and_is_an_entry(world: World) -> None:
    code = world.accept().tracking_code
    time = FakeClock(NOON)
    tries = ((OTHER, code), (ME, UNKNOWN), (ME, "rubbish"), ("", ""), ("\ud800", code))
    with clock.use(time):
        for number, typed in tries:
            fail(world.clerk, number, typed)
            time.advance(LONGEST_WAIT)
    assert failures() == len(tries)
    text = repr(journal.entries(limit=500))
    assert OTHER not in text
    assert ME not in text


def test_a_letter_of_another_counter_is_named_to_the_right_pair_only(world: World) -> None:
    code = world.accept().tracking_code
    with pytest.raises(Refused) as refused:
        letters.match_pair(world.other_clerk, national_id=ME, tracking_code=code)
    assert refused.value.code == "letters.at-another-counter"
    assert refused.value.message.params == {"counter": "پیشخوان نمونهٔ ۱"}
    fail(world.other_clerk, OTHER, code)


def test_a_clerk_who_guesses_codes_waits_and_nobody_else_does(world: World) -> None:
    code = world.accept().tracking_code
    with clock.use(FakeClock(NOON)):
        for serial in range(FREE_TRIES):
            fail(world.clerk, ME, make(b"k" * 32, 7, serial))
        with pytest.raises(TooMany) as slower:
            letters.match_pair(world.clerk, national_id=ME, tracking_code=code)
        assert slower.value.code == "letters.pair-slower"
        letters.match_pair(world.second_clerk, national_id=ME, tracking_code=code)


def test_clerks_who_guess_at_one_code_together_wait_together(world: World) -> None:
    code = world.accept().tracking_code
    time = FakeClock(NOON)
    with clock.use(time):
        for actor in (world.clerk, world.second_clerk, world.other_clerk):
            fail(actor, OTHER, code)
        for actor in (world.clerk, world.second_clerk, world.other_clerk):
            with pytest.raises(TooMany):
                letters.match_pair(actor, national_id=ME, tracking_code=code)
        time.advance(timedelta(seconds=1))
        letters.match_pair(world.clerk, national_id=ME, tracking_code=code)
        # The public page counts by itself: nobody at home slows a counter down.
        letters.track(code, ME)


CLERKS = 6


def at_once(monkeypatch: pytest.MonkeyPatch, tries: Sequence[tuple[Actor, str, str]]) -> list[str]:
    """Guess in threads that have all read the count before one is counted; say what each heard."""
    meet, fits = Barrier(len(tries)), check_number.number_fits

    def meeting(kept: str, typed: str) -> bool:
        meet.wait(timeout=30)
        return fits(kept, typed)

    def guess(actor: Actor, number: str, code: str) -> str:
        try:
            with clock.use(FakeClock(NOON)):
                letters.match_pair(actor, national_id=number, tracking_code=code)
        except (Refused, TooMany) as refused:
            return refused.code
        return "found"

    with monkeypatch.context() as patch:
        patch.setattr(match_pair, "number_fits", meeting)
        return together([partial(guess, *each) for each in tries])


@pytest.mark.parametrize("by_one", [True, False])
def test_guesses_sent_at_once_are_told_no_more_than_those_sent_one_by_one(
    world: World, by_one: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code
    if by_one:  # one clerk, many codes
        codes = [make(b"k" * 32, 7, serial) for serial in range(CLERKS)]
        tries = [(world.clerk, ME, each) for each in codes]
    else:  # many clerks, one code
        clerks = (world.clerk, world.second_clerk, world.other_clerk)
        tries = [(clerk, OTHER, code) for clerk in clerks * 2]
    heard = at_once(monkeypatch, tries)
    assert heard.count("letters.wrong-pair") == FREE_TRIES
    assert heard.count("letters.pair-slower") == CLERKS - FREE_TRIES
    assert failures() == FREE_TRIES


def test_right_pairs_at_once_all_pass_after_a_slip(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code
    with clock.use(FakeClock(NOON)):
        fail(world.clerk, OTHER, code)
    heard = at_once(monkeypatch, [(world.clerk, ME, code)] * CLERKS)
    assert heard == ["found"] * CLERKS
    assert set(TrackThrottle.objects.values_list("fails", flat=True)) == {1}


def test_a_right_pair_is_told_nothing_when_a_wrong_one_was_counted_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = world.accept().tracking_code
    take_turn = throttle.take_turn

    def late(*seen: Any) -> None:
        fail(world.second_clerk, OTHER, code)
        take_turn(*seen)

    with clock.use(FakeClock(NOON)):
        for _ in range(FREE_TRIES - 1):
            fail(world.second_clerk, OTHER, code)
        with monkeypatch.context() as patch:
            patch.setattr(match_pair, "take_turn", late)
            with pytest.raises(TooMany):
                letters.match_pair(world.clerk, national_id=ME, tracking_code=code)


def test_a_right_pair_is_two_reads_and_no_write(world: World) -> None:
    code = world.accept().tracking_code
    with CaptureQueriesContext(connection) as queries:
        letters.match_pair(world.clerk, national_id=ME, tracking_code=code)
    assert len(queries) == 2
    assert all(query["sql"].startswith("SELECT") for query in queries)


def test_a_known_and_an_unknown_code_cost_the_same(world: World) -> None:
    code = world.accept().tracking_code
    costs = []
    for clerk, typed in ((world.clerk, code), (world.second_clerk, UNKNOWN)):
        with CaptureQueriesContext(connection) as queries:
            fail(clerk, OTHER, typed)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_old_failures_are_forgotten_by_the_worker_and_young_ones_kept(world: World) -> None:
    code = world.accept().tracking_code
    time = FakeClock(NOON)
    with clock.use(time):
        fail(world.clerk, OTHER, code)
        time.advance(throttle.FORGOTTEN_AFTER / 2)
        fail(world.second_clerk, OTHER, code)
        assert letters.forget_failures() == 0
        time.advance(throttle.FORGOTTEN_AFTER / 2 + timedelta(seconds=1))
        # The first clerk's alone: the code's own failures were counted again by the second.
        assert letters.forget_failures() == 1
        assert TrackThrottle.objects.count() == 2


def test_only_a_counter_asks(world: World) -> None:
    code = world.accept().tracking_code
    for actor in (world.registrar, world.head, world.admin):
        with pytest.raises(Forbidden):
            letters.match_pair(actor, national_id=ME, tracking_code=code)
