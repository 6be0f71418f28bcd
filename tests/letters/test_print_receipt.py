"""That a receipt went to the printer is noted once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from tests.letters.world import NOON, World


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A day does not turn in the middle of a test."""
    with clock.use(FakeClock(NOON)):
        yield


def unprinted(world: World) -> int:
    return letters.counter_day(world.clerk).mine.unprinted


def test_a_receipt_is_noted_as_printed_once_and_by_its_own_counter_only(world: World) -> None:
    accepted = world.accept()
    with pytest.raises(NotFound):
        letters.print_receipt(world.other_clerk, accepted.letter_id)
    assert unprinted(world) == 1
    letters.print_receipt(world.clerk, accepted.letter_id)
    letters.print_receipt(world.second_clerk, accepted.letter_id)
    assert unprinted(world) == 0
    kinds = [entry.kind for entry in journal.entries_of(accepted.letter_id)]
    assert kinds.count("receipt.printed") == 1
