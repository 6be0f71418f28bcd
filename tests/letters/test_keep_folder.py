"""A post's folders are made and named anew, and are the post's whoever sits at it."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.logic import keep_folder as deed
from tests.letters.test_stand_ins import chief_of
from tests.letters.world import World


def test_a_folder_is_made_and_named_anew(world: World):
    folder = letters.keep_folder(world.head, name="  آب  ")
    letters.keep_folder(world.head, name="آب و برق", folder_id=folder)
    letters.keep_folder(world.head, name="آب و برق", folder_id=folder)
    (found,) = letters.folders(world.head)
    assert (found.id, found.name, found.count) == (folder, "آب و برق", 0)
    for name in ("", "آ" * 61):
        with pytest.raises(Invalid) as refused:
            letters.keep_folder(world.head, name=name)
        assert "name" in refused.value.fields
    with pytest.raises(Invalid, match=r"letters\.folder-there"):
        letters.keep_folder(world.head, name="آب و برق")


def test_a_folder_is_its_posts_alone_and_of_all_who_sit_there(world: World):
    folder = letters.keep_folder(world.head, name="آب")
    letters.keep_folder(world.expert, name="آب")
    for actor in (world.deputy, world.expert, world.other_head):
        with pytest.raises(NotFound):
            letters.keep_folder(actor, name="x", folder_id=folder)
        with pytest.raises(NotFound):
            letters.folder_of(actor, folder)
    for actor in (world.clerk, world.admin):
        with pytest.raises(Forbidden):
            letters.folders(actor)
    chief = chief_of(world, world.head, world.colleague)
    assert [each.id for each in letters.folders(chief)] == [folder]
    letters.keep_folder(chief, name="آب شرب", folder_id=folder)
    assert letters.folder_of(world.head, folder).name == "آب شرب"


def test_folders_are_bounded(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(deed, "MOST_FOLDERS", 2)
    for name in ("یک", "دو"):
        letters.keep_folder(world.head, name=name)
    with pytest.raises(Refused, match=r"letters\.too-many-folders"):
        letters.keep_folder(world.head, name="سه")
