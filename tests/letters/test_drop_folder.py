"""A folder is dropped; what lay in it stays with the post."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from tests.letters.world import World


def test_a_dropped_folder_leaves_its_letters(world: World):
    _, arrival = world.referred(to=world.head)
    folder = letters.keep_folder(world.head, name="آب")
    letters.file_letter(world.head, arrival, folders=[folder])
    with pytest.raises(NotFound):
        letters.drop_folder(world.expert, folder)
    letters.drop_folder(world.head, folder)
    assert letters.folders(world.head) == ()
    assert [row.arrival_id for row in letters.cartable(world.head, folder="open").rows] == [arrival]
    with pytest.raises(NotFound):
        letters.folder_letters(world.head, folder)
