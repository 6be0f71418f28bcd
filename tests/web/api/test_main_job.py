"""The whole main job by programs: accept, register, refer, return, answer, hand over."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.letters.world import World, drain, national_id
from tests.web import tus
from tests.web.api.caller import Caller, caller, letter, problem, scan

SCANS = Path(__file__).parents[2] / "data"


@pytest.fixture
def data() -> bytes:
    return (SCANS / "scan_page_1.jpg").read_bytes()


def test_a_letter_goes_from_the_counter_to_the_answer_and_back(world: World, data: bytes):
    clerk, registrar = caller(world.clerk), caller(world.registrar)
    expert, deputy, head = caller(world.expert), caller(world.deputy), caller(world.head)

    accepted = clerk.form("submissions", letter=json.dumps(letter(world)), pages=scan(data))
    assert accepted.status_code == 201, accepted.content
    one = accepted.json()
    assert accepted["Location"] == f"/api/v1/submissions/{one['letter_id']}"
    drain()
    [row] = registrar.get("arrivals").json()["items"]
    assert row["tracking_code"] == one["tracking_code"]
    arrival = f"arrivals/{row['id']}"
    number = registrar.post(f"{arrival}/register", {})
    assert number.status_code == 200
    assert number.json()["number"] == 1
    posts = registrar.post("posts/search", {"q": "کارشناس شبکه"}).json()["items"]
    to = [{"post_id": posts[0]["id"], "purpose": "action", "principal": True}]
    assert registrar.post(f"{arrival}/refer", {"to": to}).status_code == 200

    seen = expert.get(arrival).json()
    assert "draft" in seen["deeds"]
    assert expert.get(f"{arrival}/pages/1").content == data
    assert seen["pages"][0]["digest"] == hashlib.sha256(data).hexdigest()
    missing = {"missing": "رونوشت سند"}
    assert expert.post(f"{arrival}/return", missing).status_code == 204
    drain()
    mine = f"submissions/{one['letter_id']}"
    assert clerk.get(mine).json()["row"]["state"] == "returned"
    extra = scan((SCANS / "scan_page_2.jpg").read_bytes())
    done = clerk.form(f"{mine}/complete", completion='{"note": "سند آورده شد"}', pages=extra)
    assert done.status_code == 204, done.content
    drain()

    text = {"subject": "پاسخ", "body": "خط انتقال تعمیر می‌شود."}
    draft = expert.post(f"{arrival}/drafts", text)
    assert draft.status_code == 201
    for who, to_whom in ((expert, world.deputy), (deputy, world.head)):
        to = [{"post_id": str(to_whom.post_id), "purpose": "signature"}]
        assert who.post(f"{arrival}/refer", {"to": to}).status_code == 200
        if to_whom is world.deputy:
            assert deputy.post(f"drafts/{draft.json()['id']}/initial").status_code == 204
    signed = head.post(f"drafts/{draft.json()['id']}/sign", {"version": 1})
    assert signed.status_code == 204, signed.content
    [waiting] = registrar.get("to-dispatch").json()["items"]
    out = registrar.post(f"drafts/{waiting['draft_id']}/dispatch")
    assert out.json()["number"] == 2
    drain()

    answer = clerk.get(f"{mine}/answer").json()
    assert answer["body"] == text["body"]
    assert len(answer["signature"]) == 128
    pair = {"national_id": national_id(2), "tracking_code": one["tracking_code"]}
    problem(clerk.post(f"{mine}/hand-over", pair), 409, "letters.wrong-pair")
    pair["national_id"] = national_id(1)
    assert clerk.post(f"{mine}/hand-over", pair).status_code == 204
    drain()
    tracked = Caller("").post("track", pair, key="")
    assert tracked.json()["state"] == "handed_over"
    assert "by" not in tracked.json()["steps"][0]


def test_pages_sent_by_tus_before_become_the_letters_pages(world: World, data: bytes):
    clerk = caller(world.clerk)
    sent = tus.send(clerk.client, data, headers={"Authorization": f"Bearer {clerk.token}"})
    page = {"digest": sent["Upload-Digest"], "rotation": 90, "role": "enclosure"}
    accepted = clerk.post("submissions", letter(world, pages=[page]))
    assert accepted.status_code == 201, accepted.content
    [told] = clerk.get(f"submissions/{accepted.json()['letter_id']}").json()["pages"]
    assert (told["rotation"], told["role"], told["leaves"]) == (90, "enclosure", 1)
    assert told["media_type"] == "image/jpeg"


def test_a_digest_that_another_program_sent_is_no_page_here(world: World, data: bytes):
    clerk, other = caller(world.clerk), caller(world.other_clerk)
    sent = tus.send(other.client, data, headers={"Authorization": f"Bearer {other.token}"})
    page = {"digest": sent["Upload-Digest"]}
    told = problem(clerk.post("submissions", letter(world, pages=[page])), 422, "web.unknown-page")
    assert "pages" in told["errors"]


def test_a_person_is_masked_until_the_card_is_confirmed(world: World):
    clerk = caller(world.clerk)
    clerk.post("submissions", letter(world))
    known = clerk.post("persons/look-up", {"number": national_id(1)}, key="").json()["person"]
    assert "فرد" not in known["masked_name"]
    card = clerk.post(f"persons/{known['id']}/confirm-card", {}, key="").json()
    assert card["name"] == "فرد نمونه"
    nobody = clerk.post("persons/look-up", {"number": national_id(9)}, key="")
    assert nobody.json() == {"person": None}
