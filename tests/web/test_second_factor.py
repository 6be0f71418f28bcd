"""Secrets of second factors at rest, under a changed secret of the node, and when all is lost."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.node import preflight
from pishkhan.node.cli import main
from pishkhan.web.accounts import factors
from tests.web.test_accounts import add, codes, enter, inside, now, pair

NEW = "another secret of the tests, long enough"


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""
    cache.clear()


@pytest.fixture
def person() -> UUID:
    return add("clerk1")


@pytest.fixture
def paired(person: UUID) -> tuple[Client, str]:
    client = Client()
    enter(client)
    return client, pair(client)


def change_secret(settings, *, keep: bool) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY] if keep else []
    settings.SECRET_KEY = NEW


def second_step(client: Client, code: str):
    enter(client)
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def test_neither_secret_nor_seed_stands_in_a_row(paired):
    client, secret = paired
    shown = codes(client.get("/accounts/2fa/recovery-codes/"))
    assert len(shown) == 10
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        kept = [str(row[0]) for row in cursor.fetchall()]
    assert len(kept) == 2
    assert secret not in "".join(kept)
    for data in kept:
        (token,) = (json.loads(data)[name] for name in factors.LOCKED if name in data)
        assert token.startswith("gAAAA")
    # Nor in the session in which it was paired.
    for session in Session.objects.all():
        assert secret not in str(session.get_decoded())


def test_a_changed_secret_keeps_factors_and_sessions_while_the_former_is_known(paired, settings):
    client, secret = paired
    change_secret(settings, keep=True)
    assert factors.look() == factors.Factors(former=2, unreadable=0)
    assert client.get("/admin/").status_code == 200
    other = Client()
    assert second_step(other, now(secret, 1)).status_code == 302
    assert inside(other)
    assert [f.level for f in preflight.findings() if f.name == "factors"] == ["warning"]
    shown = codes(client.get("/accounts/2fa/recovery-codes/"))
    assert main(["user", "relock"]) == 0
    assert factors.look() == factors.Factors(former=0, unreadable=0)
    settings.SECRET_KEY_FALLBACKS = []
    third = Client()
    assert second_step(third, shown[0]).status_code == 302
    assert inside(third)
    assert [f.level for f in preflight.findings() if f.name == "factors"] == []


def test_a_lost_secret_is_told_and_opens_nothing(paired, settings):
    _client, secret = paired
    change_secret(settings, keep=False)
    assert factors.look() == factors.Factors(former=0, unreadable=2)
    assert [f.level for f in preflight.findings() if f.name == "factors"] == ["error"]
    other = Client()
    answer = second_step(other, now(secret, 1))
    assert answer.status_code == 503
    assert "sealing.secret-changed" in answer.text
    assert not inside(other)
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    assert main(["user", "relock"]) == 1
    assert list(Authenticator.objects.order_by("pk").values_list("data", flat=True)) == before


def test_the_administrator_ends_a_factor_whose_phone_is_lost(paired, person):
    keeper = add("keeper")
    admin = directory.actor_for(keeper, None)
    assert admin is not None
    desk = Client()
    enter(desk, "keeper")
    page = desk.get(f"/admin/people/{person}/").text
    assert "پایان ورود دومرحله‌ای" in page
    assert "پایان ورود دومرحله‌ای" not in desk.get(f"/admin/people/{keeper}/").text
    assert desk.post(f"/admin/people/{person}/unpair").status_code == 302
    assert not directory.has_second_factor(person)
    last = journal.entries_of(person)[-1]
    assert (last.kind, last.actor) == ("user.second_factor_ended", admin.ref)
    other = Client()
    assert enter(other)["Location"] == "/"
    assert inside(other)
    again = desk.post(f"/admin/people/{person}/unpair")
    assert again.status_code == 409
    assert "directory.no-second-factor" in again.text


def test_nobody_else_ends_it(paired, person):
    idle = directory.add_user(SYSTEM, username="idle", full_name="تازه نمونه")
    with pytest.raises(Forbidden):
        directory.end_second_factor(directory.seatless(idle), user_id=person)
    assert directory.has_second_factor(person)
    assert main(["user", "end-second-factor", "clerk1"]) == 0
    assert not directory.has_second_factor(person)
    with pytest.raises(Refused):
        directory.end_second_factor(SYSTEM, user_id=person)
