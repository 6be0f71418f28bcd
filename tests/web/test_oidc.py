"""Logging in by a real provider of OpenID Connect: only for logins that were linked to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.node import env_oidc, preflight
from pishkhan.web.accounts import oidc
from pishkhan.web.accounts.oidc import Provider
from tests.web.openid_provider import CLIENT, SECRET, Running, free, provider
from tests.web.test_accounts import PASSWORD, add, enter, inside, now, pair

BEGIN = "/accounts/organisation/"
CLAIM = "preferred_username"


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Running]:
    with provider(tmp_path_factory.mktemp("provider")) as running:
        yield running


def of(issuer: str, **more: str) -> Provider:
    given = {"ISSUER": issuer, "CLIENT": CLIENT, "SECRET": SECRET, "CLAIM": CLAIM, **more}
    made = env_oidc.read({f"PISHKHAN_OIDC_{name}": value for name, value in given.items()})
    assert made is not None
    return made


@pytest.fixture
def person(transactional_db, served, settings) -> UUID:
    cache.clear()
    oidc.forget()
    settings.PISHKHAN_URL = "http://testserver"
    settings.PISHKHAN_OIDC = of(served.issuer)
    return add("mahin")


@pytest.fixture
def linked(person, settings) -> UUID:
    issuer = settings.PISHKHAN_OIDC.issuer
    directory.link_outside(SYSTEM, user_id=person, issuer=issuer, name=" M.Nemooneh ")
    return person


def asked(client: Client, after: str = "") -> str:
    answer = client.get(BEGIN, {"next": after} if after else {})
    assert answer.status_code == 302, answer.text
    return str(answer["Location"])


def come(client: Client, served: Running, who: str = "m.nemooneh", after: str = "") -> Any:
    return client.get(served.consent(asked(client, after), who))


def test_a_linked_login_opens_and_is_led_to_the_page_that_was_asked_for(linked, served):
    assert BEGIN in Client().get("/accounts/login/?next=/admin/people/").text
    client = Client()
    answer = come(client, served, after="/admin/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/people/")
    assert client.get("/admin/people/").status_code == 200
    kinds = [entry.kind for entry in journal.entries_of(linked)]
    assert kinds[-2:] == ["user.outside_linked", "user.outside_known"]
    assert enter(Client(), "mahin")["Location"] == "/"  # its own password opens it too


def test_what_is_asked_has_a_code_challenge_a_state_and_a_nonce(linked):
    query = parse_qs(urlsplit(asked(Client())).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://testserver/accounts/organisation/back/"]
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    assert parse_qs(urlsplit(asked(Client())).query)["state"] != query["state"]


def test_nobody_enters_by_the_provider_alone_and_no_login_appears(person, served):
    client = Client()
    answer = come(client, served)
    assert answer.status_code == 403
    assert "m.nemooneh" in answer.text
    assert not inside(client)
    assert [row.username for row in directory.users().rows] == ["mahin"]


def test_once_known_an_account_is_known_by_its_subject_and_not_by_its_name(
    linked, served, settings
):
    assert come(Client(), served).status_code == 302
    issuer = settings.PISHKHAN_OIDC.issuer
    known = directory.know_outside(SYSTEM, issuer=issuer, subject="77", name="m.nemooneh")
    assert known is None  # somebody else has got the name
    assert directory.know_outside(SYSTEM, issuer="https://other", subject="1", name="") is None
    other = add("second")
    with pytest.raises(Refused):
        directory.link_outside(SYSTEM, user_id=other, issuer=issuer, name="m.nemooneh")
    with pytest.raises(Invalid):
        directory.link_outside(SYSTEM, user_id=other, issuer=issuer, name=" ")
    assert come(Client(), served, "other").status_code == 403


def test_a_name_that_is_not_the_claim_opens_nothing(linked, served, settings):
    settings.PISHKHAN_OIDC = replace(settings.PISHKHAN_OIDC, claim="sub")
    assert come(Client(), served).status_code == 403
    settings.PISHKHAN_OIDC = replace(settings.PISHKHAN_OIDC, claim="email")
    assert come(Client(), served).status_code == 403


def test_an_attempt_is_used_once_by_its_own_browser_and_in_time(linked, served, monkeypatch):
    client = Client()
    back = served.consent(asked(client), "m.nemooneh")
    assert Client().get(back).status_code == 409
    assert client.get(back).status_code == 302
    client.post("/accounts/logout/")
    assert client.get(back).status_code == 409
    assert not inside(client)
    late = served.consent(asked(client), "m.nemooneh")
    monkeypatch.setattr("pishkhan.web.accounts.organisation.LASTS", -1)
    assert client.get(late).status_code == 409


def test_what_the_provider_refuses_or_another_issuer_sends_opens_nothing(linked, served):
    for more in ("error=access_denied", "iss=https://else&code=x", "code="):
        client = Client()
        state = parse_qs(urlsplit(asked(client)).query)["state"][0]
        answer = client.get(f"{BEGIN}back/?{more}&state={state}")
        assert answer.status_code == 403
        assert not inside(client)
    client = Client()
    state = parse_qs(urlsplit(asked(client)).query)["state"][0]
    assert client.get(f"{BEGIN}back/?code=guessed&state={state}").status_code == 403


def test_the_way_back_never_leaves_the_node(linked, served):
    inside_already = Client()
    enter(inside_already, "mahin")
    for after in ("//evil.example", "https://evil.example/", "/\\evil.example"):
        assert come(Client(), served, after=after)["Location"] == "/"
        assert inside_already.get(BEGIN, {"next": after})["Location"] == "/"


def test_another_name_of_the_node_is_led_to_its_own(linked, settings):
    settings.PISHKHAN_URL = "https://letters.example.ir"
    there = Client().get(BEGIN, {"next": "/admin/"})["Location"]
    assert there.startswith("https://letters.example.ir/accounts/organisation/?next=%2Fadmin%2F")


def test_the_keys_may_change_at_any_time(linked, served):
    assert come(Client(), served).status_code == 302
    served.end()
    served.begin()
    assert come(Client(), served).status_code == 302


def test_a_provider_that_is_down_is_said_and_the_password_goes_on(linked, settings):
    settings.PISHKHAN_OIDC = of(f"http://127.0.0.1:{free()}/o")
    for language, said in (("fa", "پاسخ نمی‌دهد"), ("en", "does not answer")):
        client = Client(headers={"accept-language": language})
        client.cookies["pishkhan_language"] = language
        answer = client.get(BEGIN)
        assert answer.status_code == 503
        assert said in answer.text
        assert "/accounts/login/" in answer.text
    assert enter(Client(), "mahin")["Location"] == "/"
    assert [f.level for f in preflight.findings() if f.name == "oidc"] == ["error"]


def test_check_and_status_say_that_it_answers(person, settings):
    assert [f.level for f in preflight.findings() if f.name == "oidc"] == ["ok"]
    client = Client()
    enter(client, "mahin")
    assert "ارائه‌دهندهٔ هویت سازمان" in client.get("/admin/status/").text


def test_the_nodes_own_second_factor_is_asked_for_unless_the_provider_showed_one(
    linked, served, settings
):
    first = Client()
    enter(first, "mahin")
    secret = pair(first)
    client = Client()
    answer = come(client, served)
    assert answer["Location"].startswith("/accounts/2fa/authenticate/")
    assert not inside(client)
    client.post("/accounts/2fa/authenticate/", {"code": now(secret, 1)})
    assert inside(client)
    settings.PISHKHAN_OIDC = of(served.issuer, FACTORS="otp hwk")
    client = Client()
    assert come(client, served)["Location"].startswith("/accounts/2fa/authenticate/")
    settings.PISHKHAN_OIDC = of(served.issuer, FACTORS="pwd")
    client = Client()
    assert come(client, served)["Location"] == "/"
    assert inside(client)


def test_a_given_password_need_not_be_changed_by_who_does_not_use_it(linked, served):
    directory.set_password(SYSTEM, user_id=linked, password=PASSWORD)
    client = Client()
    come(client, served)
    assert client.get("/admin/").status_code == 200
    given = Client()
    enter(given, "mahin")
    assert given.get("/admin/").status_code == 303


def test_a_closed_login_stays_closed_and_a_link_ends_with_its_sessions(linked, served):
    client = Client()
    come(client, served)
    keeper = Client()
    enter(keeper, "mahin")
    other = add("keeper")
    enter(keeper := Client(), "keeper")
    assert "m.nemooneh" in keeper.get(f"/admin/people/{linked}/").text
    assert keeper.post(f"/admin/people/{linked}/inside").status_code == 302
    assert client.get("/admin/").status_code == 302
    assert come(Client(), served).status_code == 403
    linked_again = keeper.post(f"/admin/people/{linked}/outside", {"outside": "m.nemooneh"})
    assert linked_again.status_code == 302
    directory.deactivate_user(SYSTEM, user_id=linked)
    closed = Client()
    come(closed, served)
    assert not inside(closed)
    assert directory.outside_of(other) is None


def test_who_leaves_is_led_out_of_the_provider_too(linked, served):
    client = Client()
    come(client, served)
    left = client.post("/accounts/logout/")
    assert left["Location"] == f"{BEGIN}out/"
    page = client.get(left["Location"]).text
    assert f"{served.issuer}/logout/?client_id={CLIENT}" in page
    assert "id_token" not in page
    client = Client()
    enter(client, "mahin")
    assert client.post("/accounts/logout/")["Location"] == "/"


def test_attempts_are_paced_by_address(linked, monkeypatch):
    monkeypatch.setattr("pishkhan.web.accounts.organisation.RATES", {"organisation": "3/m/ip"})
    answers = [Client().get(BEGIN).status_code for _ in range(5)]
    assert answers == [302, 302, 302, 429, 429]


def test_without_a_provider_there_is_no_such_way(person, settings):
    settings.PISHKHAN_OIDC = None
    for address in (BEGIN, f"{BEGIN}back/", f"{BEGIN}out/"):
        assert Client().get(address).status_code == 404
    assert BEGIN not in Client().get("/accounts/login/").text
    client = Client()
    enter(client, "mahin")
    assert client.post(f"/admin/people/{person}/outside", {"outside": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"CLIENT": "x"}, "ISSUER is missing"),
        ({"ISSUER": "http://id.example.ir", "CLIENT": "x"}, "https"),
        ({"ISSUER": "https://id.example.ir?x=1", "CLIENT": "x"}, "https"),
        ({"ISSUER": "https://id.example.ir"}, "CLIENT is missing"),
        ({"ISSUER": "https://id.example.ir", "CLIENT": "x", "CLAIM": "a b"}, "claim"),
        ({"ISSUER": "https://id.example.ir", "CLIENT": "x", "ALGORITHMS": "HS256"}, "may hold"),
        ({"ISSUER": "https://id.example.ir", "CLIENT": "x", "ALGORITHMS": "none"}, "may hold"),
        ({"ISSUER": "https://id.example.ir", "CLIENT": "x", "SCOPES": "profile"}, "openid"),
        ({"ISSUER": "https://id.example.ir", "CLIENT": "x", "CA": "/nowhere.crt"}, "no file"),
    ],
)
def test_half_a_setting_ends_the_start(given, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        env_oidc.read({f"PISHKHAN_OIDC_{name}": value for name, value in given.items()})


def test_nothing_set_is_nothing_asked():
    assert env_oidc.read({}) is None
