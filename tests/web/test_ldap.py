"""Passwords that a real slapd holds: only for logins that the administrator linked."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import replace
from threading import Thread
from uuid import UUID

import pytest
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.node import env_ldap, preflight
from pishkhan.node.cli import main
from pishkhan.web.accounts import ldap
from tests.web.directory_server import SECRET, SERVICE, Slapd, free, slapd
from tests.web.test_accounts import PASSWORD, RESTS, add, enter, inside, now

THEIRS = "snow on the mountain"
BIND = "uid={name},ou=people,dc=example,dc=ir"
BASE = "ou=people,dc=example,dc=ir"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with slapd(tmp_path_factory.mktemp("slapd")) as server:
        yield server


def direct(served: Slapd, **more: str) -> ldap.Server:
    given = {"URL": f"ldap://127.0.0.1:{served.port}", "BIND": BIND, **more}
    return made(given)


def looked_up(served: Slapd, **more: str) -> ldap.Server:
    return made(
        {"URL": f"ldaps://localhost:{served.safe_port}", "CA": f"{served.home}/server.crt",
         "SERVICE": SERVICE, "SECRET": SECRET, "BASE": BASE, **more}
    )  # fmt: skip


def made(given: dict[str, str]) -> ldap.Server:
    server = env_ldap.read({f"PISHKHAN_LDAP_{name}": value for name, value in given.items()})
    assert server is not None
    return server


@pytest.mark.parametrize("how", [direct, looked_up])
def test_the_right_password_of_an_account_is_right_and_nothing_else_is(served, how):
    server = how(served)
    assert ldap.right(server, "m.nemooneh", THEIRS)
    assert ldap.right(server, "m.nemooneh", "river in the valley") is False
    assert ldap.right(server, "nobody", THEIRS) is False
    # A directory lets in who gives no password, as a visitor.
    assert ldap.right(server, "m.nemooneh", "") is False
    for crafted in ("*", "m.nemooneh)(uid=*", "m.nemooneh,ou=people", "\x00", "other\\"):
        assert ldap.right(server, crafted, THEIRS) is False
    ldap.reach(server)


def test_a_directory_of_another_certificate_name_or_service_is_silent(served, tmp_path):
    for server in (
        replace(looked_up(served), authority=""),
        replace(looked_up(served), host="127.0.0.1"),  # the certificate names localhost alone
        replace(looked_up(served), secret="wrong"),
        replace(direct(served), port=free()),
        replace(direct(served), port=served.safe_port),
    ):
        with pytest.raises(ldap.Silent):
            ldap.right(server, "m.nemooneh", THEIRS)


RUBBISH = (
    b"",
    b"\x30",
    b"\x30\x00",
    b"\x30\x84\xff\xff\xff\xff",
    b"\x30\x80\x00\x00",
    b"\x30\x03\x02\x01\x01",
    b"\x30\x05\x02\x01\x01\x61\x05",
    b"\x30\x07\x02\x01\x01\x61\x02\x0a\x00",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    b"\x30\x83\x20\x00\x00" + bytes(2 << 20),
)


@pytest.mark.parametrize("answer", RUBBISH, ids=range(len(RUBBISH)))
def test_an_answer_that_is_none_or_cut_short_is_silence(answer: bytes):
    def serve(listening: socket.socket) -> None:
        line, _ = listening.accept()
        with line, suppress(OSError):
            line.recv(65536)
            line.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=serve, args=(listening,), daemon=True).start()
        port = listening.getsockname()[1]
        server = made({"URL": f"ldap://127.0.0.1:{port}", "BIND": BIND})
        with pytest.raises(ldap.Silent):
            ldap.right(server, "m.nemooneh", THEIRS)


def test_no_password_goes_over_an_open_line(served, monkeypatch):
    monkeypatch.setattr(ldap, "loopback", lambda _host: False)
    given = {"URL": f"ldap://localhost:{served.port}", "BIND": BIND}
    server = made({**given, "CA": f"{served.home}/server.crt"})
    assert ldap.right(server, "m.nemooneh", THEIRS)
    assert not ldap.right(server, "m.nemooneh", "wrong")
    with pytest.raises(ldap.Silent):
        ldap.right(made(given), "m.nemooneh", THEIRS)  # nobody vouches for its certificate


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"BIND": BIND}, "URL is missing"),
        ({"URL": "http://dc1"}, "ldaps://host"),
        ({"URL": "ldaps://dc1:x", "BIND": BIND}, "port"),
        ({"URL": "ldaps://dc1"}, "either"),
        ({"URL": "ldaps://dc1", "BIND": BIND, "BASE": BASE}, "either"),
        ({"URL": "ldaps://dc1", "SERVICE": SERVICE, "BASE": BASE}, "all of"),
        ({"URL": "ldaps://dc1", "BIND": "uid=name"}, "{name}"),
        ({"URL": "ldaps://dc1", "BIND": BIND, "CA": "/nowhere.crt"}, "no file"),
    ],
)
def test_half_a_setting_ends_the_start(given, sentence):
    with pytest.raises(ImproperlyConfigured, match=sentence):
        made(given)


def test_nothing_set_is_nothing_asked():
    assert env_ldap.read({}) is None


@pytest.fixture
def person(transactional_db, served, settings) -> UUID:
    cache.clear()
    settings.PISHKHAN_LDAP = direct(served)
    return add("mahin")


@pytest.fixture
def linked(person) -> UUID:
    directory.link_user(SYSTEM, user_id=person, account=" M.Nemooneh ")
    return person


def test_nobody_enters_by_the_directory_alone(person):
    client = Client()
    assert enter(client, "m.nemooneh", THEIRS).status_code == 200
    assert enter(client, "mahin", THEIRS).status_code == 200
    assert not inside(client)
    assert enter(client, "mahin")["Location"] == "/"


def test_a_linked_login_opens_with_that_password_under_both_names_and_with_no_other(linked):
    for name in ("m.nemooneh", "M.Nemooneh", "mahin"):
        client = Client()
        assert enter(client, name, THEIRS)["Location"] == "/"
        assert inside(client)
        assert client.get("/admin/").status_code == 200
    client = Client()
    assert enter(client, "mahin").status_code == 200
    assert not inside(client)
    last = journal.entries_of(linked)[-1]
    assert last.kind == "user.linked"


def test_the_link_ends_open_sessions_and_the_given_password(person):
    client = Client()
    enter(client, "mahin")
    directory.link_user(SYSTEM, user_id=person, account="other")
    assert client.get("/admin/").status_code == 302
    directory.unlink_user(SYSTEM, user_id=person)
    for password in (PASSWORD, "river in the valley"):
        assert enter(client, "mahin", password).status_code == 200
    directory.set_password(SYSTEM, user_id=person, password=PASSWORD, own_password=True)
    assert enter(client, "mahin")["Location"] == "/"


def test_both_names_share_five_tries(linked):
    for at in range(5):
        text = enter(Client(), ("mahin", "m.nemooneh")[at % 2], "wrong").text
        assert RESTS not in text
    assert RESTS in enter(Client(), "mahin", THEIRS).text
    assert RESTS in enter(Client(), "m.nemooneh", THEIRS).text


def test_a_silent_directory_is_told_and_costs_no_try(linked, settings, served):
    settings.PISHKHAN_LDAP = replace(direct(served), port=free())
    for _ in range(6):
        assert "پاسخ نمی‌دهد" in enter(Client(), "mahin", THEIRS).text
    assert [f.level for f in preflight.findings() if f.name == "ldap"] == ["error"]
    settings.PISHKHAN_LDAP = direct(served)
    assert enter(Client(), "mahin", THEIRS)["Location"] == "/"
    assert [f.level for f in preflight.findings() if f.name == "ldap"] == ["ok"]
    settings.PISHKHAN_LDAP = None
    assert not inside(client := Client())
    assert enter(client, "mahin", THEIRS).status_code == 200


def test_the_second_factor_is_asked_for_as_of_anybody(linked):
    client = Client()
    enter(client, "mahin", THEIRS)
    again = {"password": THEIRS, "next": "/accounts/2fa/totp/activate/"}
    wrong = {**again, "password": PASSWORD}
    assert client.post("/accounts/reauthenticate/", wrong).status_code == 200
    assert client.post("/accounts/reauthenticate/", again)["Location"] == again["next"]
    pair_now(client)
    assert enter(Client(), "mahin", THEIRS)["Location"] == "/accounts/2fa/authenticate/"


def pair_now(client: Client) -> None:
    secret = str(client.get("/accounts/2fa/totp/activate/").context["form"].secret)
    client.post("/accounts/2fa/totp/activate/", {"code": now(secret)})


def test_the_password_is_changed_there_and_not_here(linked):
    client = Client()
    enter(client, "mahin", THEIRS)
    page = client.get("/accounts/password/change/", follow=True)
    assert "همان‌جا" in page.text
    assert 'name="password1"' not in page.text
    sent = {"oldpassword": THEIRS, "password1": PASSWORD, "password2": PASSWORD}
    assert "همان‌جا" in client.post("/accounts/password/change/", sent).text
    assert enter(Client(), "mahin").status_code == 200
    with pytest.raises(Refused, match=r"directory\.password-elsewhere"):
        directory.set_password(SYSTEM, user_id=linked, password=PASSWORD)


def test_a_closed_login_is_not_opened_by_the_directory(linked):
    directory.deactivate_user(SYSTEM, user_id=linked)
    client = Client()
    enter(client, "mahin", THEIRS)
    assert not inside(client)


def test_the_administrator_links_and_unlinks_on_the_desk_and_at_the_terminal(person):
    add("keeper")
    desk = Client()
    enter(desk, "keeper")
    page = f"/admin/people/{person}/"
    assert 'name="account"' in desk.get(page).text
    assert "حساب" in desk.post(f"{page}link", {"account": "نام"}).text
    assert desk.post(f"{page}link", {"account": "m.nemooneh"}).status_code == 302
    shown = desk.get(page).text
    assert "m.nemooneh" in shown
    assert f"{page}password" not in shown
    twin = add("twin")
    with pytest.raises(Refused, match=r"directory\.twin-account"):
        directory.link_user(SYSTEM, user_id=twin, account="M.nemooneh")
    assert desk.post(f"{page}unlink").status_code == 302
    assert journal.entries_of(person)[-1].kind == "user.unlinked"
    with pytest.raises(Refused, match=r"directory\.not-linked"):
        directory.unlink_user(SYSTEM, user_id=person)
    assert main(["user", "link", "mahin", "m.nemooneh"]) == 0
    assert directory.account_of(person) == "m.nemooneh"
    assert main(["user", "unlink", "mahin"]) == 0
    assert directory.account_of(person) == ""
