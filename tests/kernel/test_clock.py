from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from pishkhan.kernel import clock

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_system_clock_tells_aware_utc():
    assert clock.current().now().utcoffset() == timedelta(0)
    assert clock.current().now().tzinfo is UTC


def test_fake_clock_stands_still_until_it_is_moved():
    fake = clock.FakeClock(NOON)
    assert fake.now() == fake.now() == NOON
    fake.advance(timedelta(hours=2))
    assert fake.now() == NOON + timedelta(hours=2)
    fake.set(NOON)
    assert fake.now() == NOON


def test_fake_clock_turns_any_zone_into_utc():
    fake = clock.FakeClock(datetime(2026, 11, 22, 15, 30, tzinfo=ZoneInfo("Asia/Tehran")))
    assert fake.now() == NOON
    assert fake.now().tzinfo is UTC


def test_naive_moment_is_refused_by_the_fake_clock():
    with pytest.raises(ValueError, match="aware"):
        clock.FakeClock(datetime(2026, 11, 22))  # noqa: DTZ001 - naive on purpose


def test_clock_in_use_is_put_back_after_the_block_and_after_an_error():
    before = clock.current()
    with clock.use(clock.FakeClock(NOON)) as outer:
        with pytest.raises(RuntimeError), clock.use(clock.FakeClock(NOON)):
            raise RuntimeError
        assert clock.current() is outer
    assert clock.current() is before


def test_new_thread_starts_with_the_system_clock():
    seen: list[clock.Clock] = []
    with clock.use(clock.FakeClock(NOON)):
        thread = Thread(target=lambda: seen.append(clock.current()))
        thread.start()
        thread.join()
    assert isinstance(seen[0], clock.SystemClock)
