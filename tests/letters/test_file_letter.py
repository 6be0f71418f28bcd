"""A letter lies in as many folders of a post as it is put in, and is seen there by that post."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.logic import folders as reading
from tests.letters.world import World


def lying(actor: Actor) -> dict[str, int]:
    return {each.name: each.count for each in letters.folders(actor)}


def test_a_letter_is_put_in_taken_out_and_lies_in_several(world: World):
    _, arrival = world.referred(to=world.head)
    water, roads = (letters.keep_folder(world.head, name=each) for each in ("آب", "راه"))
    assert letters.file_letter(world.head, arrival, folders=[water, roads]) == {water, roads}
    letters.file_letter(world.head, arrival, folders=[roads, water])
    assert lying(world.head) == {"آب": 1, "راه": 1}
    letters.file_letter(world.head, arrival, folders=[roads], new="نوروز")
    assert lying(world.head) == {"آب": 0, "راه": 1, "نوروز": 1}
    held = [each.name for each in letters.folders_around(world.head, arrival) if each.holds]
    assert held == ["راه", "نوروز"]
    letters.finish(world.head, letters.arrival(world.head, arrival).referrals[0].id, outcome="شد")
    assert [row.id for row in letters.folder_letters(world.head, roads).rows] == [arrival]


def test_nobody_files_what_he_may_not_see_or_into_anothers_folder(world: World):
    _, arrival = world.referred(to=world.head)
    folder = letters.keep_folder(world.head, name="آب")
    strange = letters.keep_folder(world.expert, name="آب")
    with pytest.raises(NotFound):
        letters.file_letter(world.expert, arrival, folders=[strange])
    for wanted in (strange, new_id()):
        with pytest.raises(NotFound):
            letters.file_letter(world.head, arrival, folders=[folder, wanted])
    for actor in (world.clerk, world.admin):
        with pytest.raises((Forbidden, NotFound)):
            letters.file_letter(actor, arrival, folders=[])
    assert lying(world.head) == {"آب": 0}
    assert lying(world.expert) == {"آب": 0}


def test_what_was_taken_back_lies_in_no_folder_any_more(world: World):
    _, arrival = world.referred(to=world.head)
    letters.file_letter(world.head, arrival, folders=[], new="آب")
    (folder,) = letters.folders(world.head)
    assert folder.count == 1
    letters.take_back(world.registrar, letters.arrival(world.registrar, arrival).referrals[0].id)
    assert lying(world.head) == {"آب": 0}
    assert letters.folder_letters(world.head, folder.id).rows == ()


def test_a_folder_is_read_by_pages_and_counted_to_a_bound(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "MOST_COUNTED", 2)
    folder = letters.keep_folder(world.head, name="آب")
    arrivals, asked = [], set()
    for _ in range(3):
        _, arrival = world.referred(to=world.head)
        arrivals.append(arrival)
        letters.file_letter(world.head, arrival, folders=[folder])
        with CaptureQueriesContext(connection) as queries:
            letters.folders(world.head)
            letters.folder_letters(world.head, folder)
        asked.add(len(queries))
    assert asked == {3}
    assert lying(world.head) == {"آب": 2}
    first = letters.folder_letters(world.head, folder, limit=2)
    assert [row.id for row in first.rows] == arrivals[:0:-1]
    rest = letters.folder_letters(world.head, folder, after=first.next, limit=2)
    assert ([row.id for row in rest.rows], rest.next) == (arrivals[:1], None)
