"""After a restore no tracking code and no block is given that may have been given before."""

from __future__ import annotations

from pathlib import Path

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, CounterKind
from pishkhan.directory.contracts.nodes import CODES_RESTORED
from pishkhan.directory.logic.skip_codes import SKIPPED, SKIPPED_BLOCKS
from pishkhan.directory.models import TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.kernel import tracking

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(tmp_path: Path, settings) -> Path:
    settings.HOME = tmp_path
    return tmp_path


def code(counter) -> str:
    with journal.act() as act:
        found = api.next_tracking(act, counter)
        act.append("test.taken", subject=counter, actor="system")
    return found


def undone(counter) -> None:
    with journal.act() as act:
        api.next_tracking(act, counter)
        raise KeyError


def serial(counter) -> int:
    return TrackingBlock.objects.get(counter_id=counter, is_open=True).serial


def kinds() -> list[str]:
    return [entry.kind for entry in journal.entries(limit=1000)]


def test_the_first_code_after_a_restore_skips_once(world, home) -> None:
    code(world.counter)
    (home / CODES_RESTORED).write_text("one restore")
    code(world.counter)
    assert serial(world.counter) == SKIPPED + 2
    code(world.counter)
    assert not (home / CODES_RESTORED).exists()
    assert serial(world.counter) == SKIPPED + 3
    blocks = TrackingBlock.objects.filter(is_open=True).count()
    assert kinds().count("counter.codes_skipped") == blocks
    # A second restore is another one.
    (home / CODES_RESTORED).write_text("another restore")
    code(world.counter)
    assert serial(world.counter) == 2 * SKIPPED + 4


def test_an_act_that_is_undone_skips_again(world, home) -> None:
    (home / CODES_RESTORED).write_text("one restore")
    with pytest.raises(KeyError):
        undone(world.counter)
    assert (home / CODES_RESTORED).exists()
    assert serial(world.counter) == 0
    code(world.counter)
    assert serial(world.counter) == SKIPPED + 1


def test_a_block_that_is_nearly_full_is_followed_by_a_new_one(world, home) -> None:
    with journal.act() as act:
        TrackingBlock.objects.filter(counter_id=world.counter).update(serial=tracking.SERIALS - 5)
        act.append("test.filled", subject=world.counter, actor="system")
    (home / CODES_RESTORED).write_text("one restore")
    highest = max(api.code_blocks())
    assert int(code(world.counter)[:6]) == highest + SKIPPED_BLOCKS


def test_blocks_given_since_the_backup_are_given_to_nobody_else(world, home) -> None:
    highest = max(api.code_blocks())
    (home / CODES_RESTORED).write_text("one restore")
    code(world.counter)
    new = api.add_counter(SYSTEM, code="77", name="تازه", kind=CounterKind.CITY)
    assert TrackingBlock.objects.get(counter_id=new).block == highest + SKIPPED_BLOCKS
