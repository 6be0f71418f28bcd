"""Passkeys: made after the password, good for this host alone, gone when they are removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from tests.web.device import PRESENT, Device
from tests.web.test_accounts import PASSWORD, add, codes, enter, inside

ADD = "/accounts/2fa/webauthn/add/"
LOGIN = "/accounts/2fa/webauthn/login/"
NO = "این گذرکلید"


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    cache.clear()


@pytest.fixture
def person() -> UUID:
    return add("clerk1")


@pytest.fixture
def client(person) -> Client:
    client = Client()
    enter(client)
    again = {"password": PASSWORD, "next": ADD}
    assert client.post("/accounts/reauthenticate/", again)["Location"] == ADD
    return client


def keep(client: Client, device: Device, name: str = "تلفن من") -> Any:
    options = client.get(ADD).context["js_data"]["creation_options"]
    return client.post(ADD, {"name": name, "credential": device.make(options)})


def options(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get(LOGIN, headers={"accept": "application/json"}).json()
    return dict(told["request_options"])


def come(client: Client, device: Device, **more: str) -> Any:
    return client.post(LOGIN, {"credential": device.use(options(client)), **more})


def rows() -> Any:
    return Authenticator.objects.filter(type="webauthn")


def test_a_device_is_kept_by_its_name_and_opens_the_login_alone(client, person):
    device = Device()
    done = keep(client, device, "  تلفن\nمن \u202e")
    assert done["Location"] == "/accounts/2fa/recovery-codes/"
    assert len(codes(client.get(done["Location"]))) == 10
    page = client.get("/accounts/2fa/").text
    assert ">تلفن من</bdi>" in page
    other = Client()
    answer = come(other, device, next="/admin/")
    assert answer["Location"] == "/admin/"
    assert inside(other)
    assert other.get("/admin/").status_code == 200
    assert rows().get().last_used_at


def test_a_device_is_made_only_after_the_password_once_more(person):
    client = Client()
    enter(client)
    assert client.get(ADD)["Location"].startswith("/accounts/reauthenticate/")
    assert client.post(ADD, {"name": "x", "credential": "{}"}).status_code == 302
    assert not rows().exists()
    assert Client().get(ADD)["Location"].startswith("/accounts/login/")


def test_what_another_site_got_is_refused(client):
    wrong = [
        Device(origin="https://testserver.example"),
        Device(host="elsewhere.example"),
        Device(origin="http://testserver"),
        Device(flags=PRESENT),  # nobody was asked for a finger or a PIN
    ]
    for device in wrong:
        assert keep(client, device).status_code == 200
    assert not rows().exists()
    good = Device()
    keep(client, good)
    for change in ({"origin": "https://testserver.example"}, {"flags": PRESENT}):
        other = Client()
        stranger = Device(key=good.key, name=good.name, owner=good.owner, **change)
        assert come(other, stranger)["Location"] == "/accounts/login/"
        assert not inside(other)
    other = Client()
    forged = Device(name=good.name, owner=good.owner)
    assert come(other, forged)["Location"] == "/accounts/login/"
    assert NO in other.get("/accounts/login/").text
    assert not inside(other)


def test_an_answer_opens_once_and_only_for_whom_it_was_asked(client):
    device = Device()
    keep(client, device)
    first, second = Client(), Client()
    answer = device.use(options(first))
    assert second.post(LOGIN, {"credential": answer})["Location"] == "/accounts/login/"
    assert first.post(LOGIN, {"credential": answer})["Location"] == "/"
    first.post("/accounts/logout/")
    assert first.post(LOGIN, {"credential": answer})["Location"] == "/accounts/login/"
    assert not inside(first)


def test_rubbish_for_an_answer_is_told_and_opens_nothing(client):
    for rubbish in ("", "x", "[]", "{}", '{"id": 5}', '{"response": {"userHandle": "AA"}}', "null"):
        other = Client()
        options(other)
        assert other.post(LOGIN, {"credential": rubbish})["Location"] == "/accounts/login/"
        assert client.post(ADD, {"name": "x", "credential": rubbish}).status_code == 200
    assert not rows().exists()


def test_who_logs_in_with_the_password_is_asked_for_the_passkey_too(client):
    device = Device()
    keep(client, device)
    other = Client()
    assert enter(other)["Location"] == "/accounts/2fa/authenticate/"
    asked = other.get("/accounts/2fa/authenticate/")
    assert not inside(other)
    told = asked.context["js_data"]["request_options"]
    sent = {"credential": device.use(told)}
    assert other.post("/accounts/2fa/authenticate/", sent)["Location"] == "/"
    assert inside(other)
    # A recovery code opens too, where the device is lost.
    third = Client()
    enter(third)
    found = codes(client.get("/accounts/2fa/recovery-codes/"))
    third.post("/accounts/2fa/authenticate/", {"code": found[0]})
    assert inside(third)


def test_a_passkey_is_renamed_and_removed_by_its_owner_alone(client):
    device = Device()
    keep(client, device)
    row = rows().get()
    edit, remove = (
        f"/accounts/2fa/webauthn/keys/{row.pk}/edit/",
        ADD.replace("add/", f"keys/{row.pk}/remove/"),
    )
    add("clerk2")
    stranger = Client()
    enter(stranger, "clerk2")
    stranger.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/"})
    assert stranger.get(edit).status_code == 404
    assert stranger.post(remove).status_code == 404
    assert "نامی بنویسید" in client.post(edit, {"name": " "}).text
    assert client.post(edit, {"name": "رایانهٔ میز"}, follow=True).redirect_chain[-1][0] == (
        "/accounts/2fa/"
    )
    assert "رایانهٔ میز" in client.get("/accounts/2fa/").text
    assert "رایانهٔ میز" in client.get(remove).text
    assert client.post(remove).status_code == 302
    assert not rows().exists()
    other = Client()
    assert come(other, device)["Location"] == "/accounts/login/"
    assert not inside(other)
    assert enter(other)["Location"] == "/"


def test_a_closed_login_is_not_opened_by_its_device(client, person):
    device = Device()
    keep(client, device)
    directory.deactivate_user(SYSTEM, user_id=person)
    other = Client()
    come(other, device)
    assert not inside(other)
    assert other.get("/admin/").status_code == 302


def test_a_given_password_is_changed_first_also_after_a_passkey(client, person):
    device = Device()
    keep(client, device)
    directory.set_password(SYSTEM, user_id=person, password="گذرواژه‌ای که مدیر داد")
    other = Client()
    come(other, device)
    assert inside(other)
    assert other.get("/admin/")["Location"].startswith("/accounts/password/change/")


def test_a_lost_device_is_ended_by_the_administrator(client, person):
    device = Device()
    keep(client, device)
    add("keeper")
    desk = Client()
    enter(desk, "keeper")
    assert desk.post(f"/admin/people/{person}/unpair").status_code == 302
    other = Client()
    come(other, device)
    assert not inside(other)
    assert enter(other)["Location"] == "/"


def test_the_secret_of_a_phone_that_is_being_paired_stands_in_no_row(client):
    page = client.get("/accounts/2fa/totp/activate/")
    secret = str(page.context["form"].secret)
    assert len(secret) == 32
    kept = [session.session_data for session in Session.objects.all()]
    opened = [str(session.get_decoded()) for session in Session.objects.all()]
    assert secret not in "".join(kept + opened)
