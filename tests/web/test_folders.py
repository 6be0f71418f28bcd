"""A post's folders at the cartable: made, filled from the letter, walked through, dropped."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.world import World
from tests.web.desks import sit, text


def at(name: str, *ids: UUID) -> str:
    return reverse(f"cartable:{name}", args=ids)


def test_a_letter_is_put_into_folders_and_found_there(world: World):
    (_, older), (_, newer) = world.referred(), world.referred()
    expert = sit(world.expert)
    assert at("folders") in text(expert.get(at("open")))
    made = expert.post(at("folders"), {"name": "آب"})
    (folder,) = letters.folders(world.expert)
    assert made["Location"] == at("folder", folder.id)
    twice = expert.post(at("folders"), {"name": "آب"})
    assert twice.status_code == 422
    assert "There is a folder of this name." in text(twice)
    for arrival in (older, newer):
        put = expert.post(at("put-in-folders", arrival), {"folder": str(folder.id)})
        assert put["Location"] == at("letter", arrival)
    came = f"?in=f_{folder.id.hex}"
    page = text(expert.get(at("folder", folder.id)))
    assert at("letter", newer) + came in page
    shown = text(expert.get(at("letter", newer) + came))
    assert "1 of 2" in shown
    assert at("letter", older) + came in shown
    assert f'value="{folder.id}" checked' in shown
    bad = expert.post(at("put-in-folders", newer), {"new_folder": "آب"})
    assert bad.status_code == 422
    assert 'id="id_new_folder-error"' in text(bad)
    expert.post(at("put-in-folders", newer), {"folder": "nothing"})
    expert.post(at("folder", folder.id), {"name": "آب شرب"})
    (folder,) = letters.folders(world.expert)
    assert (folder.name, folder.count) == ("آب شرب", 1)
    assert "آب شرب" in text(expert.get(at("folders")))
    assert expert.post(at("folder-drop", folder.id))["Location"] == at("folders")
    assert letters.folders(world.expert) == ()
    assert "1 of" not in text(expert.get(at("letter", newer) + came))


def test_a_strangers_folder_is_not_there_and_the_secretariat_has_none(world: World):
    _, arrival = world.referred()
    letters.file_letter(world.expert, arrival, folders=[], new="پوشهٔ محرمانه")
    (folder,) = letters.folders(world.expert)
    for actor, status in ((world.head, 404), (world.colleague, 404), (world.clerk, 403)):
        stranger = sit(actor)
        for path in (at("folder", folder.id), at("folder-drop", folder.id)):
            assert stranger.post(path, {"name": "x"}).status_code == status
        answer = stranger.get(at("folder", folder.id))
        assert answer.status_code == status
        assert "محرمانه" not in text(answer)
    page = text(sit(world.registrar).get(reverse("secretariat:letter", args=[arrival])))
    assert "محرمانه" not in page
    assert 'id="folders"' not in page


def test_a_folders_page_asks_the_same_however_full(world: World):
    folder = letters.keep_folder(world.expert, name="آب")
    expert = sit(world.expert)
    counts = set()
    for _ in range(2):
        _, arrival = world.referred()
        letters.file_letter(world.expert, arrival, folders=[folder])
        expert.get(at("folder", folder))
        with CaptureQueriesContext(connection) as queries:
            expert.get(at("folder", folder))
            expert.get(at("folders"))
        counts.add(len(queries))
    assert len(counts) == 1
