"""The list of a circular's receivers, page by page and taken out whole."""

from __future__ import annotations

from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from tests.letters.circular import branches, came, sent
from tests.letters.world import World, drain


def test_the_list_is_taken_out_whole_and_that_is_on_record(world: World):
    found = branches(world)
    made = sent(world)
    letters.acknowledge(found[0].clerk, came(found[0].clerk))
    drain()
    rows = list(letters.export_receivers(world.registrar, made))
    assert [row.acknowledged_at is not None for row in rows] == [True, False, False]
    assert [
        row.seq for row in letters.circular_receivers(world.registrar, made, noted=True)[0]
    ] == [0]
    part, more = letters.circular_receivers(world.registrar, made, noted=False, limit=1)
    assert ([row.seq for row in part], more) == ([1], True)
    assert any(entry.kind == "circular.exported" for entry in journal.entries())
