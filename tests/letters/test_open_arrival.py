from __future__ import annotations

from datetime import timedelta

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import StepKind
from tests.letters.world import NOON, World


def opened(letter) -> int:
    return sum(e.kind == "letter.opened" for e in journal.entries_of(letter))


def test_reading_is_an_entry_once_a_post_and_day(world: World):
    with clock.use(FakeClock(NOON)) as now:
        assert isinstance(now, FakeClock)
        accepted, arrival = world.referred()
        for _ in range(3):
            view = letters.open_arrival(world.expert, arrival)
        assert opened(accepted.letter_id) == 1
        assert view.referrals[0].seen_at == NOON
        assert view.referrals[0].mine
        assert letters.cartable(world.expert, folder="open").rows[0].seen
        letters.open_arrival(world.registrar, arrival)
        assert opened(accepted.letter_id) == 2
        now.advance(timedelta(hours=13))  # past Tehran's midnight
        letters.open_arrival(world.expert, arrival)
        assert opened(accepted.letter_id) == 3
        steps = letters.arrival(world.expert, arrival).steps
        assert sum(step.kind is StepKind.OPENED for step in steps) == 3


def test_lists_and_views_without_reading_write_nothing(world: World):
    accepted, arrival = world.referred()
    before = len(journal.entries(limit=100_000))
    letters.arrival(world.expert, arrival)
    letters.cartable(world.expert, folder="open")
    letters.arrivals(world.registrar)
    letters.search(world.registrar, accepted.tracking_code)
    letters.cartable_counts(world.expert)
    assert len(journal.entries(limit=100_000)) == before
    assert not letters.cartable(world.expert, folder="open").rows[0].seen
