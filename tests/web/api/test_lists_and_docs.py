"""Keyset pages, tags, the description and its page, and a start without all of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.letters import api as letters
from tests.letters.world import World, national_id
from tests.web.api.caller import Caller, caller, letter

LATE = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
django.setup()
from django.urls import get_resolver, reverse
get_resolver().url_patterns, reverse("api:root")
print(*sorted({"ninja", "pydantic"} & set(sys.modules)))
"""


OF_CITIZENS = {"track", "prove", "prove_answer", "send_answer_code", "read_by_code"}
"""Operations that need no token."""


@pytest.fixture
def clerk(world: World) -> Caller:
    return caller(world.clerk)


def test_pages_follow_each_other_without_gap_or_twin(world: World, clerk: Caller):
    made = [str(world.accept().letter_id) for _ in range(5)]
    seen: list[str] = []
    path = "/api/v1/submissions?limit=2&state=queued"
    while path:
        answer = clerk.client.get(path, headers=clerk.headers())
        seen += [row["id"] for row in answer.json()["items"]]
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json()["next"] is not None)
        path = link.partition(">")[0].lstrip("<")
        assert "rel=" not in link or "state=queued" in path
    assert seen == made[::-1]


def test_an_unchanged_answer_is_not_sent_again(world: World, clerk: Caller):
    world.accept()
    first = clerk.get("submissions")
    again = clerk.get("submissions", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    world.accept()
    changed = clerk.get("submissions", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_head_says_what_get_would_and_sends_nothing(world: World, clerk: Caller):
    answer = clerk.client.head("/api/v1/submissions", headers=clerk.headers())
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer["ETag"] == clerk.get("submissions")["ETag"]


def queries(call: Any) -> int:
    with CaptureQueriesContext(connection) as told:
        assert call().status_code < 300
    return len(told)


def test_a_list_costs_the_same_however_long_it_is(world: World, clerk: Caller):
    world.accept()
    clerk.get("submissions")  # notes when the token was heard
    few = queries(lambda: clerk.get("submissions"))
    for _ in range(8):
        world.accept()
    assert queries(lambda: clerk.get("submissions")) == few == 2


def test_a_deed_costs_two_statements_more_than_at_a_desk(world: World, clerk: Caller):
    for _ in range(2):
        clerk.post("submissions", letter(world))
    body = letter(world)
    over_api = queries(lambda: clerk.post("submissions", body))
    acceptance = world.acceptance(pages=(), body="متن", fee=letters.letter_fee(world.clerk))
    with CaptureQueriesContext(connection) as at_desk:
        letters.accept(world.clerk, acceptance)
    # Beside key and answer: who the token is.
    assert over_api <= len(at_desk) + 3


def test_the_description_names_every_operation_once_with_its_scope(clerk: Caller):
    told = Caller("").client.get("/api/v1/openapi.json").json()
    operations = [each for path in told["paths"].values() for each in path.values()]
    names = [each["operationId"] for each in operations]
    assert len(names) == len(set(names)) > 40
    for each in operations:
        assert each["operationId"] in OF_CITIZENS or each["x-scope"] in {
            "letters:read", "letters:write", "directory:read", "posts:write",
        }  # fmt: skip
        deed = any(p["name"] == "Idempotency-Key" for p in each["parameters"])
        assert not deed or each["x-scope"] in {"letters:write", "posts:write"}
    text = json.dumps(told)
    for name in set(text.split('"#/components/schemas/')[1:]):
        assert name.partition('"')[0] in told["components"]["schemas"]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_reference_is_a_plain_page_of_our_own(clerk: Caller, language: str):
    clerk.client.cookies["pishkhan_language"] = language
    page = clerk.client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "unsafe" not in page["Content-Security-Policy"]
    assert "/api/v1/arrivals/{arrival_id}/register" in text
    for foreign in ("<style", "style=", "onclick", "https://", "//cdn"):
        assert foreign not in text
    assert ("Accept a letter" in text) == (language == "en")


def test_a_node_starts_without_loading_the_api():
    ran = subprocess.run(
        [sys.executable, "-c", LATE], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout.strip() == ""


def test_words_of_a_search_stand_in_no_address(world: World, clerk: Caller):
    world.accept()
    hits = clerk.post("search", {"q": national_id(1), "limit": 1}, key="")
    assert len(hits.json()["items"]) == 1
    assert "Link" not in hits
    assert clerk.get("search", q="x").status_code == 405
