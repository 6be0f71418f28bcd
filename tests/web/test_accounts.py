"""Logging in, the second factor, lock-out, passwords and sessions, as a browser meets them."""

from __future__ import annotations

import re
import time
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.text import persian_digits

PASSWORD = "رود آرام کوهستان ۷"
RESTS = "با این نام تا پنج دقیقه نمی‌توان وارد شد"


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""
    cache.clear()


@pytest.fixture
def person() -> UUID:
    return add("clerk1")


def add(name: str) -> UUID:
    user = directory.add_user(
        SYSTEM, username=name, full_name="فرد نمونه", password=PASSWORD, own_password=True
    )
    directory.add_administrator(SYSTEM, user_id=user)
    return user


def enter(client: Client, name: str = "clerk1", password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/accounts/login/", {"login": name, "password": password}, **more)


def inside(client: Client) -> bool:
    return "_auth_user_id" in client.session


def pair(client: Client) -> str:
    """Turn the second factor on and return its secret."""
    again = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert again.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    client.post(
        "/accounts/reauthenticate/",
        {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"},
    )
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    assert secret in page.text
    done = client.post("/accounts/2fa/totp/activate/", {"code": now(secret)})
    assert done.status_code == 302, done.text
    return secret


def now(secret: str, shift: int = 0) -> str:
    """Return the code of the phone; `shift` steps ahead, since each code works once."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + shift))


def codes(page: Any) -> list[str]:
    return re.findall(r'<bdi dir="ltr" class="num">([۰-۹]{8})</bdi>', page.text)


def test_name_and_password_lead_to_the_desk(person):
    client = Client()
    page = client.get("/accounts/login/")
    assert 'lang="fa"' in page.text
    assert 'autocomplete="current-password"' in page.text
    answer = enter(client, "  CLERK۱ ")
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert inside(client)


def test_the_page_asked_for_comes_after_the_login(person):
    client = Client()
    asked = client.get("/admin/")
    assert asked["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    form = client.get(asked["Location"])
    assert 'name="next" value="/admin/"' in form.text
    assert enter_to(client, "/admin/") == "/admin/"
    client.post("/accounts/logout/")
    assert enter_to(client, "https://elsewhere.example/") == "/"


def enter_to(client: Client, address: str) -> str:
    data = {"login": "clerk1", "password": PASSWORD, "next": address}
    return str(client.post("/accounts/login/", data)["Location"])


def test_a_wrong_password_and_a_wrong_name_read_alike(person):
    wrong = enter(Client(), password="نه")
    nobody = enter(Client(), name="nobody")
    sentence = "نام یا گذرواژه درست نیست"
    assert sentence in wrong.text
    assert sentence in nobody.text
    assert 'value="clerk1"' in wrong.text


def test_five_wrong_tries_rest_the_name_and_leave_the_line_open(person):
    add("clerk2")
    client = Client()
    for _ in range(5):
        assert RESTS not in enter(client, password="نه").text
    # However the name is written, and with the right password too.
    assert RESTS in enter(client).text
    assert RESTS in enter(client, "Clerk۱").text
    assert not inside(client)
    # From the same address another person goes in.
    other = Client()
    assert enter(other, "clerk2").status_code == 302
    assert inside(other)


def test_a_name_rests_on_every_line_and_under_every_host(person, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    for _ in range(5):
        enter(Client(), password="نه")
    assert RESTS in enter(Client(REMOTE_ADDR="10.9.8.7"), headers={"host": "other.example"}).text


def test_right_passwords_do_not_use_up_the_tries(person):
    for _ in range(7):
        client = Client()
        assert enter(client).status_code == 302
        client.post("/accounts/logout/")
        assert not inside(client)


def test_a_closed_login_enters_nowhere(person):
    other = add("clerk2")
    client = Client()
    enter(client)
    admin = directory.actor_for(other, None)
    assert admin is not None
    directory.deactivate_user(admin, user_id=person)
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")
    closed = Client()
    answer = enter(closed, follow=True)
    assert not inside(closed)
    assert "این نام کاربری بسته است" in answer.text


def test_the_second_factor_takes_its_code_in_persian_digits(person):
    client = Client()
    enter(client)
    secret = pair(client)
    client.post("/accounts/logout/")
    assert enter(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not inside(client)
    assert client.get("/admin/").status_code == 302
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "۰۰۰"})
    assert "رمز درست نیست" in wrong.text
    right = persian_digits(now(secret, 1))
    answer = client.post("/accounts/2fa/authenticate/", {"code": f" {right[:3]} {right[3:]} "})
    assert answer.status_code == 302
    assert inside(client)


def test_wrong_codes_rest_too(person):
    client = Client()
    enter(client)
    secret = pair(client)
    client.post("/accounts/logout/")
    enter(client)
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    answer = client.post("/accounts/2fa/authenticate/", {"code": now(secret, 1)})
    assert RESTS in answer.text
    assert not inside(client)


def test_a_recovery_code_opens_once(person):
    client = Client()
    enter(client)
    pair(client)
    found = codes(client.get("/accounts/2fa/recovery-codes/"))
    assert len(found) == 10
    for expected in (True, False):
        client.post("/accounts/logout/")
        enter(client)
        client.post("/accounts/2fa/authenticate/", {"code": found[0]})
        assert inside(client) is expected
    client.post("/accounts/2fa/authenticate/", {"code": found[1]})
    assert inside(client)


def test_turning_the_second_factor_off_needs_the_password_again(person):
    client = Client()
    enter(client)
    pair(client)
    session = client.session
    # As if the password had been typed long ago.
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    answer = client.post("/accounts/2fa/totp/deactivate/")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert client.get("/accounts/2fa/").context["is_mfa_enabled"]
    answer = client.post(answer["Location"], {"password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/"
    assert not client.get("/accounts/2fa/").context["is_mfa_enabled"]


def test_changing_the_password_is_a_deed_and_ends_other_sessions(person):
    here, elsewhere = Client(), Client()
    enter(here)
    enter(elsewhere)
    new = "کوه بلند و برف سپید"
    wrong = here.post(
        "/accounts/password/change/", {"oldpassword": "نه", "password1": new, "password2": new}
    )
    assert "گذرواژهٔ کنونی شما نیست" in wrong.text
    weak = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": "1234567890", "password2": "1234567890"},
    )
    assert 'aria-invalid="true"' in weak.text
    done = here.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert done.status_code == 302
    last = journal.entries_of(person)[-1]
    assert (last.kind, last.subject) == ("user.password_set", person)
    assert here.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").status_code == 302
    assert enter(Client(), password=new).status_code == 302
    assert enter(Client()).status_code == 200


def test_who_sits_nowhere_may_still_change_the_password():
    user = directory.add_user(
        SYSTEM, username="idle", full_name="تازه نمونه", password=PASSWORD, own_password=True
    )
    client = Client()
    enter(client, "idle")
    new = "کوه بلند و برف سپید"
    answer = client.post(
        "/accounts/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert answer.status_code == 302
    assert journal.entries_of(user)[-1].actor == f"user:{user}"
    assert inside(client)


def test_open_sessions_are_listed_and_the_others_ended(person):
    here = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0"})
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 6.1) Chrome/109.0"})
    enter(here)
    enter(elsewhere)
    page = here.get("/accounts/sessions/").text
    assert "Firefox · Linux" in page
    assert "Chrome · Windows" in page
    assert page.count("همین") >= 1
    here.post("/accounts/sessions/")
    assert elsewhere.get("/admin/").status_code == 302
    assert here.get("/admin/").status_code == 200


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_is_in_one_language(person, language):
    client = Client()
    client.cookies["pishkhan_language"] = language
    directory.change_user(SYSTEM, user_id=person, language=language)
    pages = [client.get("/accounts/login/"), client.get("/accounts/inactive/")]
    enter(client)
    pair(client)
    pages += [
        client.get(f"/accounts/{path}/")
        for path in (
            "logout",
            "password/change",
            "2fa",
            "2fa/totp/deactivate",
            "2fa/recovery-codes",
            "2fa/recovery-codes/generate",
            "reauthenticate",
            "2fa/reauthenticate",
            "sessions",
        )
    ]
    for page in pages:
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
        assert page.text.count("<h1") == 1
        main = re.search(r"<main[^>]*>(.*?)</main>", page.text, re.S)
        assert main is not None
        words = re.sub(r"<kbd.*?</kbd>|<[^>]+>|&\w+;", " ", main[1])
        foreign = r"[A-Za-z]{3,}" if language == "fa" else r"[آ-ی]{2,}"
        assert not re.findall(foreign, words), page.request["PATH_INFO"]
