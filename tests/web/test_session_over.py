"""A session that ended is told in words; the way leads back to the page whose form was sent."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from tests.letters.world import World
from tests.web.desks import sit, text

ENDED = "نشست شما پایان یافت؛ وارد شوید، نوشته‌تان محفوظ است."
LETTER = f"/cartable/letters/{uuid4()}/"


def posted(browser: Client, address: str, came: str, **headers: Any):
    return browser.post(address, {"q": "1"}, HTTP_REFERER=f"http://testserver{came}", **headers)


def back(address: str) -> str:
    return parse_qs(urlsplit(address).query)["next"][0]


@pytest.mark.parametrize(
    ("address", "came", "page"),
    [
        (f"{LETTER}refer", f"{LETTER}?in=open", f"{LETTER}?in=open&kept=1"),
        (f"{LETTER}return", f"{LETTER}refer", f"{LETTER}?kept=1"),
        (f"{LETTER}draft", f"{LETTER}draft", f"{LETTER}draft?kept=1"),
        ("/counter/", "/counter/", "/counter/?kept=1"),
        ("/counter/", "//elsewhere.example/", "/elsewhere.example/?kept=1"),
    ],
)
def test_a_form_sent_after_the_session_leads_over_the_login_to_its_page(
    db: None, address: str, came: str, page: str
):
    answer = posted(Client(), address, came)
    assert answer.status_code == 302
    assert back(answer["Location"]) == page
    asked = posted(Client(), address, came, HTTP_HX_REQUEST="true")
    assert (asked.status_code, back(asked["HX-Redirect"])) == (204, page)
    assert ENDED in text(Client().get(answer["Location"]))


def test_without_any_cookie_a_form_leads_to_the_login_too(db: None):
    browser = Client(enforce_csrf_checks=True)
    answer = posted(browser, "/counter/", "/counter/", HTTP_HX_REQUEST="true")
    assert (answer.status_code, back(answer["HX-Redirect"])) == (204, "/counter/?kept=1")


def test_a_stale_page_is_asked_for_anew(world: World):
    browser = sit(world.clerk)
    browser.handler.enforce_csrf_checks = True
    answer = posted(browser, "/counter/", "/counter/")
    assert (answer.status_code, answer["Location"]) == (303, "/counter/?kept=1")
    asked = posted(browser, "/counter/", "/counter/", HTTP_HX_REQUEST="true")
    assert (asked.status_code, asked["HX-Redirect"]) == (204, "/counter/?kept=1")


def test_who_only_comes_to_log_in_is_told_of_no_session(db: None):
    answer = Client().get("/counter/")
    assert "kept" not in answer["Location"]
    assert ENDED not in text(Client().get(answer["Location"]))
