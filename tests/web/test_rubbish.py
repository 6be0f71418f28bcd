"""What a page can be sent and no person would type: a refusal or nothing, never a fault of ours."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.kernel.pages import encode_cursor
from pishkhan.letters import api as letters
from tests.letters.world import World
from tests.web.desks import sit, text


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.mark.parametrize(
    "pages",
    [
        "[" * 100_000,
        '[{"digest": "' + "a" * 63 + '\\u0000"}]',
        '[{"digest": "' + "a" * 63 + '\\ud800"}]',
        '[{"digest": {"a": 1}}]',
        '[{"rotation": 1e400}]',
    ],
)
def test_pages_that_no_screen_wrote_are_refused(world: World, pages: str) -> None:
    answer = sit(world.clerk).post(reverse("counter:accept"), {"subject": "x", "pages": pages})
    assert answer.status_code == 422
    assert letters.submissions(world.clerk).rows == ()


def test_a_draft_with_nul_in_it_is_kept_without(world: World) -> None:
    clerk = sit(world.clerk)
    said = clerk.post(reverse("counter:save"), {"subject": "آب\0شرب", "body": "متن\0"})
    assert said.status_code == 200
    assert "آبشرب" in text(clerk.get(reverse("counter:accept")))
    _, arrival = world.referred()
    expert = sit(world.expert)
    address = reverse("cartable:draft-new-save", args=[arrival])
    assert expert.post(address, {"body": "پاسخ\0ما"}).status_code == 200


@pytest.mark.parametrize("part", ["\0", "نام\0", "x" * 200])
def test_a_cursor_that_no_list_gave_is_refused(world: World, part: str) -> None:
    admin = sit(world.admin)
    for name in ("admin:agencies", "admin:counters", "admin:users"):
        after = encode_cursor(part, str(world.agency))
        assert admin.get(reverse(name), {"after": after}).status_code in (200, 422)


def test_a_form_without_its_token_is_told_so_in_the_persons_language(world: World) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["pishkhan_language"] = "fa"
    answer = strict.post(reverse("public:track"), {"code": "1", "national_id": "1"})
    assert answer.status_code == 403
    assert "web.stale-page" in text(answer)
    assert 'lang="fa"' in text(answer)
    assert (
        json.loads(
            strict.post(
                reverse("public:track"), {"code": "1"}, headers={"Accept": "application/json"}
            ).content
        )["code"]
        == "web.stale-page"
    )
