"""By programs: stand-ins, folders, notes by pen, problems with an agency, internal letters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Scope
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from tests.letters.world import World, drain
from tests.web.api.caller import Caller, caller

LETTERS = frozenset({Scope.LETTERS_READ, Scope.LETTERS_WRITE})


def test_a_program_of_the_post_names_and_ends_a_deputy_only_with_the_scope(world: World):
    until = (clock.current().now() + timedelta(days=3)).isoformat()
    given = {
        "kind": "deputy",
        "for_post_id": str(world.head.post_id),
        "by_post_id": str(world.deputy.post_id),
        "until_at": until,
        "kinds": ["citizen:complaint", "way:internal"],
    }
    assert caller(world.head, LETTERS).post("stand-ins", given).status_code == 403
    for stranger in (world.expert, world.other_head, world.clerk):
        assert caller(stranger).post("stand-ins", given).status_code == 403
    head = caller(world.head)
    assert head.post("stand-ins", given | {"kinds": ["x"]}).status_code == 422
    made = head.post("stand-ins", given)
    assert made.status_code == 200, made.content
    (row,) = head.get("stand-ins").json()["items"]
    assert (row["id"], row["kinds"]) == (made.json()["id"], given["kinds"])
    (told,) = caller(world.deputy).get("stand-ins").json()["items"]
    assert told["id"] == row["id"]
    assert caller(world.colleague).get("stand-ins").json()["items"] == []
    end = f"stand-ins/{row['id']}/end"
    assert caller(world.colleague).post(end).status_code == 403
    assert caller(world.head, LETTERS).post(end).status_code == 403
    assert head.post(end).status_code == 204
    assert head.post(end).status_code == 409
    assert head.get("stand-ins").json()["items"] == []


def test_folders_of_the_post_and_what_lies_in_them(world: World):
    _, arrival = world.referred()
    expert = caller(world.expert)
    folder = expert.post("folders", {"name": "پرونده"}).json()["id"]
    assert expert.post("folders", {"name": "پرونده"}).status_code == 422
    file = f"arrivals/{arrival}/folders"
    assert expert.post(file, {"folders": [folder]}).status_code == 204
    assert expert.get("folders").json()["items"][0]["count"] == 1
    (row,) = expert.get(f"folders/{folder}/letters").json()["items"]
    assert row["id"] == str(arrival)
    _nothing_for_others(world, folder, arrival)
    assert expert.post(f"folders/{folder}/rename", {"name": "دیگر"}).status_code == 204
    assert [each["name"] for each in expert.get("folders").json()["items"]] == ["دیگر"]
    assert expert.post(f"folders/{folder}/drop").status_code == 204
    assert expert.get("folders").json()["items"] == []


def _nothing_for_others(world: World, folder: str, arrival: UUID) -> None:
    """Pass if a folder and a letter of another post are as unknown as invented ones."""
    stranger = caller(world.colleague)
    assert stranger.get("folders").json()["items"] == []
    for path in (f"folders/{folder}", f"folders/{new_id()}"):
        assert stranger.get(f"{path}/letters").status_code == 404
        assert stranger.post(f"{path}/drop").status_code == 404
    for id_ in (arrival, new_id()):
        assert stranger.post(f"arrivals/{id_}/folders", {"folders": []}).status_code == 404
        assert stranger.get(f"arrivals/{id_}/pen-notes").status_code == 404


def test_a_note_by_pen_on_a_page_of_the_letter(world: World):
    _, arrival = world.referred()
    expert = caller(world.expert)
    digest = letters.arrival(world.expert, arrival).pages[0].digest
    note = {"seq": 1, "leaf": 1, "digest": digest, "strokes": [[[1, 2], [3, 4, 200]]]}
    at = f"arrivals/{arrival}/pen-notes"
    assert expert.post(at, note | {"strokes": [[[1, 20_000]]]}).status_code == 422
    assert expert.post(at, note | {"digest": "0" * 64}).status_code == 409
    made = expert.post(at, note)
    assert made.status_code == 200, made.content
    (told,) = expert.get(at).json()["items"]
    assert (told["id"], told["strokes"]) == (made.json()["id"], note["strokes"])
    assert caller(world.colleague).post(at, note).status_code == 404
    assert caller(world.other_head).get(at).status_code == 404


def test_a_problem_is_told_at_the_counter_and_answered_at_the_agency(world: World):
    accepted, _ = world.arrive()
    clerk, registrar = caller(world.clerk), caller(world.registrar)
    at = f"submissions/{accepted.letter_id}/problems"
    given = {"kind": "other", "words": "چهار بار گفتند فردا بیایید"}
    for stranger in (world.other_clerk, world.registrar):
        assert caller(stranger).post(at, given).status_code in {403, 404}
        assert caller(stranger).get(at).status_code in {403, 404}
    made = clerk.post(at, given)
    assert made.status_code == 200, made.content
    assert clerk.post(at, given).status_code == 409
    drain()
    (asked,) = registrar.get("problems").json()["items"]
    assert asked["words"] == given["words"]
    assert caller(world.other_registrar).get("problems").json()["items"] == []
    assert clerk.get("problems").status_code == 403
    answer = f"problems/{made.json()['id']}/answer"
    assert caller(world.other_registrar).post(answer, {"text": "x"}).status_code == 404
    assert registrar.post(answer, {"text": "بررسی شد"}).status_code == 204
    drain()
    assert clerk.get(at).json()["items"][0]["answer"] == "بررسی شد"


@pytest.fixture
def programs(world: World) -> dict[str, Caller]:
    return {"expert": caller(world.expert), "colleague": caller(world.colleague)}


def test_an_internal_letter_is_begun_by_a_program(world: World, programs: dict[str, Caller]):
    posts: list[dict[str, Any]] = [{"post_id": str(world.colleague.post_id)}]
    given = {"posts": posts, "subject": "فهرست", "body": "متن"}
    made = programs["expert"].post("internal", given)
    assert made.status_code == 200, made.content
    arrival = UUID(made.json()["id"])
    assert programs["expert"].get(f"arrivals/{arrival}").json()["official"]["internal"]
    assert programs["colleague"].get(f"arrivals/{arrival}").status_code == 404
    posts.append({"post_id": str(world.deputy.post_id), "copied": True, "phrase": "جهت اطلاع"})
    change = f"arrivals/{arrival}/address-posts"
    assert programs["expert"].post(change, {"posts": posts}).status_code == 204
    official = programs["expert"].get(f"arrivals/{arrival}").json()["official"]
    assert [each["copied"] for each in official["addressees"]] == [False, True]


def test_a_client_of_a_post_stays_within_it(world: World):
    """The scope names stand-ins for the seat's post and those under it, and nothing above."""
    refer_to = {"kind": "chief", "by_post_id": str(world.expert.post_id)}
    above = refer_to | {"for_post_id": str(world.head.post_id)}
    assert caller(world.deputy).post("stand-ins", above).status_code == 403
    under = refer_to | {"for_post_id": str(world.colleague.post_id)}
    assert caller(world.deputy).post("stand-ins", under).status_code == 200
    assert world.colleague.post_id is not None
    (row,) = directory.stand_ins_of([world.colleague.post_id])
    assert row.by_post_id == world.expert.post_id
