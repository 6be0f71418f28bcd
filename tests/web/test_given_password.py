"""A password that somebody else gave opens one page: the one where it is changed."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.ids import new_id
from tests.letters.world import World

GIVEN = "رود آرام کوهستان ۷"
OWN = "کوه بلند و برف سپید"
CHANGE = "/accounts/password/change/"


@pytest.fixture(autouse=True)
def _fresh(world: World) -> None:
    cache.clear()


@pytest.fixture
def person(world: World) -> UUID:
    """A new administrator with a given password."""
    user = directory.add_user(
        world.admin, username="newcomer", full_name="تازه نمونه", password=GIVEN
    )
    directory.add_administrator(world.admin, user_id=user)
    return user


@pytest.fixture
def everywhere(person: UUID, world: World) -> UUID:
    """The same person also on a post and at a counter."""
    assert world.head.post_id is not None
    directory.seat_holder(world.admin, post_id=world.head.post_id, user_id=person)
    directory.add_clerk(world.admin, counter_id=world.counter, user_id=person)
    return person


def entered(password: str = GIVEN, **options: Any) -> Client:
    client = Client(**options)
    answer = client.post("/accounts/login/", {"login": "newcomer", "password": password})
    assert answer.status_code == 302
    assert "_auth_user_id" in client.session
    return client


def change(client: Client, new: str = OWN, old: str = GIVEN, **more: str) -> Any:
    return client.post(CHANGE, {"oldpassword": old, "password1": new, "password2": new, **more})


def addresses() -> list[str]:
    """Return an address for each pattern of the node, the placeholders filled."""
    found: list[str] = []

    def walk(entries: list[Any], above: str) -> None:
        for entry in entries:
            here = above + str(entry.pattern)
            if isinstance(entry, URLResolver):
                walk(entry.url_patterns, here)
            elif isinstance(entry, URLPattern):
                filled = re.sub(r"<int:\w+>", "1", here)
                filled = re.sub(r"<(uuid:)?\w*id>", str(new_id()), filled)
                filled = re.sub(r"<(\w+:)?\w+>", str(new_id()), filled)
                found.append("/" + re.sub(r"[\^$]|\\Z", "", filled))

    walk(get_resolver().url_patterns, "")
    return found


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE", "HEAD"])
def test_no_page_and_no_deed_is_open_before_the_password_is_changed(everywhere, method):
    client = entered()
    tried = [a for a in addresses() if a not in {CHANGE, "/accounts/logout/", "/language", "/ping"}]
    assert len(tried) > 100
    for address in tried:
        answer = client.generic(method, address)
        assert answer.status_code == 303, address
        assert answer["Location"].startswith(f"{CHANGE}?next="), address
        assert not answer.content, address


def test_a_fragment_leads_there_too(person):
    answer = entered().get("/counter/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (204, f"{CHANGE}?next=%2Fcounter%2F")


def test_a_token_in_a_foreign_session_opens_its_own_and_the_session_still_nothing(person, world):
    _client, token = directory.add_client(
        world.admin, name="برنامه", scopes=["letters:read"], counter_id=world.counter
    )
    browser = entered()
    mine = {"Authorization": f"Bearer {token}"}
    assert browser.get("/api/v1/submissions", headers=mine).status_code == 200
    # A made-up header does not turn the session into more than it is.
    wrong = {"Authorization": "Bearer nothing"}
    assert browser.get("/api/v1/submissions", headers=wrong).status_code == 401
    for desk in ("/counter/", "/secretariat/", "/cartable/", "/admin/"):
        assert browser.get(desk, headers=wrong)["Location"] == "/", desk


@pytest.mark.parametrize(("language", "words"), [("fa", "گذرواژهٔ خود"), ("en", "your own")])
def test_the_page_says_why_and_offers_no_way_round(person, language, words):
    directory.change_user(SYSTEM, user_id=person, language=language)
    page = entered().get(CHANGE).text
    assert f'lang="{language}"' in page
    assert words in page
    main = re.search(r"<main[^>]*>(.*?)</main>", page, re.S)
    assert main is not None
    assert not re.findall(r"<a\b[^>]*", main[1])
    assert 'action="/accounts/logout/"' in main[1]


def test_after_the_change_the_page_asked_for_opens(person):
    client = entered()
    led = client.get("/admin/people/")
    page = client.get(led["Location"])
    assert 'name="next" value="/admin/people/"' in page.text
    answer = change(client, next="/admin/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/people/")
    assert client.get("/admin/people/").status_code == 200
    assert entered(OWN).get("/admin/").status_code == 200


def test_the_given_password_is_not_taken_as_ones_own(person):
    client = entered()
    answer = change(client, new=GIVEN)
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert client.get("/admin/").status_code == 303


def test_a_reset_by_the_administrator_asks_for_a_new_one_again(person, world):
    client = entered()
    change(client)
    assert client.get("/admin/").status_code == 200
    directory.set_password(world.admin, user_id=person, password=GIVEN)
    # The session of the old password has ended; the next one begins with the change.
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    assert entered().get("/admin/").status_code == 303


def test_the_desk_gives_a_password_that_must_be_changed(person, world):
    keeper = entered()
    change(keeper)
    page = keeper.post(
        "/admin/people/add",
        {"username": "second", "full_name": "دومی نمونه", "language": "fa"},
    )
    assert page.status_code == 200
    assert directory.user_named("second").must_change_password
    expert = world.expert.user_id
    assert expert is not None
    assert keeper.post(f"/admin/people/{expert}/password").status_code == 200
    assert directory.user(expert).must_change_password
    assert "هنوز گذرواژهٔ خود را برنگزیده" in keeper.get(f"/admin/people/{expert}/").text
