"""What the node puts around every page: health, language, headers, static files, roles."""

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.contrib.staticfiles import finders
from django.db import DatabaseError
from django.http import HttpResponse
from django.templatetags.static import static
from django.test import RequestFactory, override_settings
from django.utils import translation

from pishkhan.node import health, language, roles
from pishkhan.node.env import Role


@pytest.mark.django_db
def test_healthz_is_ok_when_the_tables_answer(client):
    answer = client.get("/healthz", HTTP_HOST="anything.example")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert not answer.cookies


@pytest.mark.django_db
def test_healthz_is_503_when_the_database_does_not_answer(client, monkeypatch):
    def broken():
        raise DatabaseError

    monkeypatch.setattr(Session.objects, "exists", broken)
    assert client.get("/healthz").status_code == 503
    assert health.state()[1]["status"] != "ok"


def seen(actor_language=None, cookie=None, accept="en-US,en"):
    request: Any = RequestFactory().get("/", HTTP_ACCEPT_LANGUAGE=accept)
    if cookie:
        request.COOKIES["pishkhan_language"] = cookie
    if actor_language is not None:
        request.actor = type("A", (), {"language": actor_language})()
    active = []

    def view(_request):
        active.append(translation.get_language())
        return HttpResponse()

    response = language.LanguageMiddleware(view)(request)
    assert response["Content-Language"] == active[0]
    return active[0]


def test_the_language_is_the_persons_then_the_cookies_then_persian():
    assert seen() == "fa"
    assert seen(cookie="en") == "en"
    assert seen(actor_language="fa", cookie="en") == "fa"
    assert seen(actor_language="en") == "en"
    assert seen(cookie="de") == "fa"


def test_the_language_of_one_request_does_not_stay_for_the_next():
    before = translation.get_language()
    seen(cookie="en")
    assert translation.get_language() == before


@pytest.mark.django_db
def test_headers_forbid_what_no_page_needs(client):
    answer = client.get("/accounts/login/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer["Cache-Control"]
    assert int(answer["Content-Length"]) == len(answer.content)


@pytest.mark.django_db
def test_static_files_have_an_address_that_may_be_kept_for_ever(client):
    address = static("pishkhan/app.css")
    assert re.fullmatch(r"/static/pishkhan/app\.[0-9a-f]{12}\.css", address)
    answer = client.get(address)
    assert "immutable" in answer["Cache-Control"]
    with open(str(finders.find("pishkhan/app.css")), "rb") as file:  # noqa: PTH123 - a finder's string
        assert b"".join(answer.streaming_content) == file.read()
    packed = client.get(address, HTTP_ACCEPT_ENCODING="br")
    assert packed["Content-Encoding"] == "br"
    packed.close()
    plain = client.get("/static/pishkhan/app.css")
    assert "immutable" not in plain["Cache-Control"]
    plain.close()


def test_a_static_file_that_does_not_exist_is_an_error_at_once():
    with pytest.raises(ValueError, match="no static file"):
        static("pishkhan/nothing.css")


@pytest.mark.parametrize("role", list(Role))
def test_each_role_boots_with_its_desks_and_work(role):
    with override_settings(ROLE=role):
        prefixes = {str(entry.pattern).partition("/")[0] for entry in roles.addresses()}
        jobs = [job.name for job in roles.jobs()]
    assert {"accounts", "t", "files", "api", "admin"} <= prefixes
    assert ("counter" in prefixes) == (role is not Role.AGENCY)
    assert ("cartable" in prefixes) == (role is not Role.COUNTER)
    assert jobs == [
        "relay", "journal", "witness", "notices", "web", "files", "upkeep", "line", "directory",
    ]  # fmt: skip


@pytest.mark.django_db
def test_one_round_of_each_work_on_an_empty_node_does_nothing():
    with override_settings(ROLE=Role.ALL):
        assert [job.step() for job in roles.jobs() if job.name == "notices"] == [0]
