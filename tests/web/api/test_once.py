"""Idempotency-Key: one deed for each key, whatever is repeated, races or breaks."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.web.api import once
from pishkhan.web.models import IdempotencyKey
from tests.letters import hostile
from tests.letters.world import World, drain, national_id
from tests.web.api.caller import Caller, caller, letter, problem, scan


@pytest.fixture
def clerk(world: World) -> Caller:
    return caller(world.clerk)


def accepted(world: World) -> int:
    return len(letters.submissions(world.clerk, limit=100).rows)


def test_the_same_key_and_body_give_the_first_answer_again(world: World, clerk: Caller):
    body = letter(world)
    first = clerk.post("submissions", body, key="one")
    again = clerk.post("submissions", body, key="one")
    assert (again.status_code, again.content) == (201, first.content)
    assert again["Location"] == first["Location"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert accepted(world) == 1


def test_the_same_key_with_another_body_is_refused(world: World, clerk: Caller):
    clerk.post("submissions", letter(world), key="one")
    other = clerk.post("submissions", letter(world, subject="چیز دیگر"), key="one")
    problem(other, 409, "web.idempotency-mismatch")
    assert accepted(world) == 1


def test_the_same_key_at_another_address_is_refused(world: World, clerk: Caller):
    made = clerk.post("submissions", letter(world), key="one").json()
    path = f"submissions/{made['letter_id']}/withdraw"
    problem(clerk.post(path, {"reason": "x"}, key="one"), 409, "web.idempotency-mismatch")


def test_a_key_is_one_clients_own(world: World, clerk: Caller):
    body = letter(world)
    mine = clerk.post("submissions", body, key="one").json()
    theirs = caller(world.second_clerk).post("submissions", body, key="one").json()
    assert mine["letter_id"] != theirs["letter_id"]


def test_a_deed_without_a_key_that_serves_is_not_done(world: World, clerk: Caller):
    for key in ["", "کلید", "a b", "x" * 201]:
        headers = {"Idempotency-Key": key} if key else {}
        answer = clerk.client.post(
            "/api/v1/submissions",
            json.dumps(letter(world)),
            content_type="application/json",
            headers=clerk.headers(**headers),
        )
        problem(answer, 400, "web.idempotency-key")
        assert accepted(world) == 0


def test_a_refusal_is_not_kept_and_the_key_serves_again(world: World, clerk: Caller):
    problem(
        clerk.post("submissions", letter(world, body=""), key="one"),
        422,
        "letters.bad-acceptance",
    )
    assert not IdempotencyKey.objects.exists()
    assert clerk.post("submissions", letter(world), key="one").status_code == 201


def test_what_a_deed_records_before_it_refuses_stays_recorded(world: World, clerk: Caller):
    made, _ = world.answered()
    pair = {"national_id": national_id(5), "tracking_code": made.tracking_code}
    path = f"submissions/{made.letter_id}/hand-over"
    problem(clerk.post(path, pair, key="one"), 409, "letters.wrong-pair")
    kinds = [entry.kind for entry in journal.entries_of(made.letter_id)]
    assert kinds.count("letter.hand_over_failed") == 1
    assert clerk.post(path, pair | {"national_id": national_id(1)}, key="one").status_code == 204


def test_a_deed_that_breaks_leaves_neither_deed_nor_key(world: World, clerk: Caller, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr("pishkhan.web.api.routes.counter.told", broken)
        with pytest.raises(RuntimeError):
            clerk.post("submissions", letter(world), key="one")
    assert accepted(world) == 0
    assert not IdempotencyKey.objects.exists()
    assert clerk.post("submissions", letter(world), key="one").status_code == 201


def test_a_repeat_with_the_files_again_is_known_by_their_content(world: World, clerk: Caller):
    data, body = hostile.scan(), json.dumps(letter(world))
    first = clerk.form("submissions", "one", letter=body, pages=scan(data))
    again = clerk.form("submissions", "one", letter=body, pages=scan(data, "other-name.jpg"))
    assert first.status_code == again.status_code == 201
    assert first.content == again.content
    other = clerk.form("submissions", "one", letter=body, enclosures=scan(data))
    problem(other, 409, "web.idempotency-mismatch")


def together(calls):
    def run(call):
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_eight_at_once_with_one_key_accept_one_letter(world: World, clerk: Caller):
    body = letter(world)
    answers = together(
        [lambda: Caller(clerk.token).post("submissions", body, key="one") for _ in range(8)]
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in answers) == 1
    assert accepted(world) == 1


def test_eight_at_once_with_one_key_register_one_number(world: World):
    _, arrival = world.arrive()
    registrar = caller(world.registrar)
    path = f"arrivals/{arrival}/register"
    answers = together(
        [lambda: Caller(registrar.token).post(path, {}, key="one") for _ in range(8)]
    )
    assert [answer.json()["number"] for answer in answers] == [1] * 8


def test_after_48_hours_a_key_is_free_but_no_letter_is_accepted_twice(world: World, clerk: Caller):
    first = clerk.post("submissions", letter(world), key="one").json()
    IdempotencyKey.objects.update(
        created_at=clock.current().now() - once.KEPT - timedelta(minutes=1)
    )
    again = clerk.post("submissions", letter(world), key="one").json()
    assert again["repeated"]
    assert again["letter_id"] == first["letter_id"]
    assert accepted(world) == 1


def test_purge_removes_old_keys_alone(world: World, clerk: Caller):
    clerk.post("submissions", letter(world), key="old")
    IdempotencyKey.objects.update(created_at=clock.current().now() - once.KEPT)
    clerk.post("submissions", letter(world), key="new")
    assert once.purge() == 1
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_old_keys_go_by_themselves_as_deeds_are_done(world: World, clerk: Caller, monkeypatch):
    clerk.post("submissions", letter(world), key="old")
    IdempotencyKey.objects.update(created_at=clock.current().now() - once.KEPT)
    monkeypatch.setattr("pishkhan.web.api.routes.counter.digest_of", lambda *_: "00" + "f" * 62)
    clerk.post("submissions", letter(world), key="new")
    assert [row.key for row in IdempotencyKey.objects.all()] == ["new"]


def test_no_personal_data_lies_in_a_kept_answer(world: World, clerk: Caller):
    clerk.post("submissions", letter(world))
    clerk.post("persons/look-up", {"number": national_id(1)})
    drain()
    kept = b"".join(bytes(body) for body in IdempotencyKey.objects.values_list("body", flat=True))
    assert b"tracking_code" in kept
    for word in ("نمونه", national_id(1), "0912"):
        assert word.encode() not in kept
