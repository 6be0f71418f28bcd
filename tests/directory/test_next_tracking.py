from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.logic.next_tracking import FIRST_BLOCK, tracking_key
from pishkhan.directory.models import TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.kernel import tracking
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.ids import new_id


def take(counter, n: int = 1) -> list[str]:
    with journal.act() as act:
        codes = [api.next_tracking(act, counter) for _ in range(n)]
        act.append("letter.accepted", subject=new_id(), actor="system")
    return codes


def test_codes_are_valid_and_follow_the_serial(world):
    codes = take(world.counter, 3)
    assert all(tracking.is_valid(code) for code in codes)
    key = tracking_key(settings.KEYS_ROOT)
    assert [tracking.serial_of(key, code) for code in codes] == [0, 1, 2]
    assert {tracking.block_of(code) for code in codes} == {FIRST_BLOCK}


def test_one_statement_takes_one_serial(world):
    with journal.act() as act:
        with CaptureQueriesContext(connection) as queries:
            api.next_tracking(act, world.counter)
        act.append("letter.accepted", subject=new_id(), actor="system")
    assert len(queries) == 1


def test_a_failed_deed_gives_its_serial_back(world):
    (first,) = take(world.counter)
    lost = []

    def fail() -> None:
        with journal.act() as act:
            lost.append(api.next_tracking(act, world.counter))
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert take(world.counter) == lost
    assert lost != [first]


def test_eight_desks_at_once_never_get_one_code_twice(world):
    def desk(_n: int) -> list[str]:
        try:
            return [code for _ in range(10) for code in take(world.counter)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as desks:
        codes = [code for found in desks.map(desk, range(8)) for code in found]
    assert len(set(codes)) == 80
    key = tracking_key(settings.KEYS_ROOT)
    assert sorted(tracking.serial_of(key, code) for code in codes) == list(range(80))


def test_each_counter_has_its_own_block(world):
    other = api.add_counter(SYSTEM, code="15-0002", name="پیشخوان نمونهٔ ۲")
    assert tracking.block_of(take(other)[0]) == FIRST_BLOCK + 1
    with pytest.raises(Refused, match=r"directory\.twin-block"):
        api.add_counter(SYSTEM, code="15-0003", name="۳", tracking_block=FIRST_BLOCK)
    with pytest.raises(Refused, match=r"directory\.bad-block"):
        api.add_counter(SYSTEM, code="15-0003", name="۳", tracking_block=10**6)
    assert api.counters(q="۳").rows == ()


def test_a_full_block_is_followed_by_a_fresh_one_and_never_used_again(world):
    with journal.act() as act:
        TrackingBlock.objects.filter(counter_id=world.counter).update(serial=tracking.SERIALS - 1)
        act.append("test.prepared", subject=world.counter, actor="system")
    last, first = take(world.counter, 2)
    assert (tracking.block_of(last), tracking.block_of(first)) == (FIRST_BLOCK, FIRST_BLOCK + 1)
    other = api.add_counter(SYSTEM, code="15-0002", name="پیشخوان نمونهٔ ۲")
    assert tracking.block_of(take(other)[0]) == FIRST_BLOCK + 2
    kinds = [entry.kind for entry in journal.entries_of(world.counter)]
    assert "counter.block_given" in kinds


def test_an_unknown_counter_has_no_codes(world):
    with pytest.raises(NotFound), journal.act() as act:
        api.next_tracking(act, new_id())


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    def start(_n: int) -> bytes:
        return tracking_key.__wrapped__(tmp_path / "keys")

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(start, range(16)))) == 1
    (key,) = (tmp_path / "keys").iterdir()
    assert key.stat().st_mode & 0o077 == 0
