import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import clock, ids

MOMENTS = st.timedeltas(timedelta(0), timedelta(days=365 * 500)).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + since
)
START = datetime(2026, 11, 22, 7, 12, tzinfo=UTC)


def test_published_example_of_rfc_9562_is_made():
    # RFC 9562, appendix A.6: 2022-02-22 14:22:22.00 GMT-05:00, rand_a CC3.
    at = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    made = ids.uuid7(at, bytes.fromhex("0cc318c4dc0c0c07398f"))
    assert made == UUID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_version_variant_and_time_are_in_every_id(at, rand):
    made = ids.uuid7(at, rand)
    assert made.version == 7
    assert made.variant == "specified in RFC 4122"
    assert made.int >> 80 == (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_wrong_count_of_random_bytes_is_refused():
    with pytest.raises(ValueError, match="ten"):
        ids.uuid7(START, b"123")


def test_ids_of_a_standing_clock_sort_in_the_order_they_were_made():
    with clock.use(clock.FakeClock(START)):
        made = [ids.new_id() for _ in range(10_000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_of_the_running_clock_sort_in_the_order_they_were_made():
    made = [ids.new_id() for _ in range(10_000)]
    assert made == sorted(made)


def test_small_step_back_of_the_clock_keeps_the_order():
    fake = clock.FakeClock(START)
    with clock.use(fake), ids.use_random(random.Random(1).randbytes):
        first = ids.new_id()
        fake.advance(timedelta(seconds=-3))
        assert first < ids.new_id()


def test_clock_set_far_back_is_followed():
    fake = clock.FakeClock(START)
    with clock.use(fake), ids.use_random(random.Random(1).randbytes):
        ids.new_id()
        fake.advance(timedelta(days=-30))
        assert ids.new_id().int >> 80 == int(fake.now().timestamp() * 1000)


def test_seeded_source_makes_the_same_ids_again():
    def some() -> list[UUID]:
        with clock.use(clock.FakeClock(START)), ids.use_random(random.Random(7).randbytes):
            return [ids.new_id() for _ in range(50)]

    assert some() == some()


def test_random_bytes_come_from_the_source_in_use():
    with ids.use_random(lambda n: b"\x07" * n):
        assert ids.random_bytes(4) == b"\x07" * 4
    assert len(ids.random_bytes(32)) == 32
    assert ids.random_bytes(32) != ids.random_bytes(32)


def test_threads_never_make_the_same_id():
    with ThreadPoolExecutor(8) as pool:
        lots = list(pool.map(lambda _: [ids.new_id() for _ in range(2000)], range(8)))
    assert all(lot == sorted(lot) for lot in lots)
    assert len({i for lot in lots for i in lot}) == 16_000
