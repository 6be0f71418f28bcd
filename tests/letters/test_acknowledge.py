"""Taking note of a circular: once for the body, and its writer learns who and when."""

from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, StepKind
from tests.letters.circular import branches, came, sent
from tests.letters.test_begin_letter import sent as letter_sent
from tests.letters.world import World, drain, refer


def test_note_taken_at_the_secretariat_comes_to_the_writer_with_name_and_time(world: World):
    first, *_others = branches(world)
    made = sent(world)
    arrived = came(first.clerk)
    letters.acknowledge(first.clerk, arrived)
    drain()
    (row,), _more = letters.circular_receivers(world.registrar, made, noted=True)
    assert row.acknowledged_by == "دبیر ازنا، متصدی ازنا"
    view = letters.arrival(first.clerk, arrived)
    assert view.official is not None
    assert view.official.circular is not None
    assert view.official.circular.acknowledged_at == row.acknowledged_at
    assert StepKind.ACKNOWLEDGED in [step.kind for step in view.steps]
    assert "acknowledge" not in view.deeds
    kinds = [entry.kind for entry in journal.entries()]
    assert "circular.acknowledged" in kinds
    assert "circular.acknowledgement_received" in kinds


def test_the_post_before_which_it_lies_may_take_note_and_nobody_twice(world: World):
    first, *_others = branches(world)
    sent(world)
    arrived = came(first.clerk)
    with pytest.raises(NotFound):
        letters.acknowledge(first.head, arrived)
    letters.register(first.clerk, arrived)
    refer(first.clerk, arrived, first.head, Purpose.INFORMATION)
    letters.acknowledge(first.head, arrived)
    for actor in (first.head, first.clerk):
        with pytest.raises(Refused, match="noted-already"):
            letters.acknowledge(actor, arrived)


def test_no_other_letter_is_taken_note_of_and_the_writer_takes_none(world: World):
    letter_sent(world)
    other = came(world.other_registrar)
    assert "acknowledge" not in letters.arrival(world.other_registrar, other).deeds
    with pytest.raises(Refused, match="not-now"):
        letters.acknowledge(world.other_registrar, other)
    branches(world)
    made = sent(world)
    with pytest.raises((Refused, Forbidden)):
        letters.acknowledge(world.registrar, made)


def test_word_of_a_note_from_another_body_than_its_own_counts_for_nothing(world: World):
    """The message names an item; only the office that the item went to may speak of it."""
    first, second, _third = branches(world)
    made = sent(world)
    letters.acknowledge(first.clerk, came(first.clerk))
    drain()
    rows, _more = letters.circular_receivers(world.registrar, made)
    assert [row.acknowledged_at is not None for row in rows] == [True, False, False]
    assert letters.circulars_waiting(second.clerk) == 1
