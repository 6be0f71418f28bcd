"""Several clerks at one PC: by PIN, only where and when the password was given."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.web.accounts import devices
from tests.letters.world import World
from tests.web.desks import sit, text, words
from tests.web.test_counter_main_job import accepted

PASSWORD, PIN = "سه‌تار و شب‌تاب 27", "4071"
SWITCH, HOME = "counter:switch", "counter:accept"


def with_password(actor: Actor) -> None:
    assert actor.user_id is not None
    directory.set_password(SYSTEM, user_id=actor.user_id, password=PASSWORD, own_password=True)
    directory.set_language(actor, language="en")
    directory.set_pin(actor, pin=PIN)


def sign_in(pc: Client, actor: Actor) -> None:
    """Sign in with the password; the colleague who sat there makes room first."""
    if "_auth_user_id" in pc.session:
        assert pc.post(reverse("counter:switch-password")).status_code == 302
    assert actor.user_id is not None
    name = directory.user(actor.user_id).username
    done = pc.post(reverse("account_login"), {"login": name, "password": PASSWORD})
    assert done.status_code == 302, text(done)


def take_over(pc: Client, actor: Actor, pin: str = PIN) -> Any:
    return pc.post(reverse(SWITCH), {"clerk": str(actor.user_id), "pin": pin})


def who(pc: Client) -> str | None:
    return pc.session.get("_auth_user_id")


@pytest.fixture
def pc(world: World) -> Client:
    """A PC at which both clerks of the counter have signed in today; the second sits there."""
    browser = Client()
    for actor in (world.clerk, world.second_clerk):
        with_password(actor)
        sign_in(browser, actor)
    return browser


def test_a_colleague_takes_over_and_each_deed_bears_the_right_name(world: World, pc: Client):
    assert world.clerk.label in text(pc.get(reverse(SWITCH)))
    first = accepted(world, pc)
    assert take_over(pc, world.clerk)["Location"] == reverse(HOME)
    page = text(pc.get(reverse(HOME)))
    assert world.clerk.label in page
    second = accepted(world, pc, subject="وام اشتغال")
    by = {e.subject: e.actor for e in journal.entries(limit=500) if e.kind == "letter.accepted"}
    assert by == {first: world.second_clerk.ref, second: world.clerk.ref}
    assert take_over(pc, world.second_clerk).status_code == 302
    switched = [e for e in journal.entries(limit=500) if e.kind == "clerk.switched"]
    assert [e.actor for e in switched] == [world.clerk.ref, world.second_clerk.ref]


def test_what_was_in_hand_waits_for_its_own_clerk(world: World, pc: Client):
    pc.post(reverse("counter:save"), {"subject": "نامهٔ نیمه‌کاره"})
    take_over(pc, world.clerk)
    assert "نامهٔ نیمه‌کاره" not in text(pc.get(reverse(HOME)))
    take_over(pc, world.second_clerk)
    assert "نامهٔ نیمه‌کاره" in text(pc.get(reverse(HOME)))


def test_the_session_is_a_new_one_and_carries_nothing_over(world: World, pc: Client):
    session = pc.session
    session["proven"] = {"x": "y"}
    session.save()
    before, token = session.session_key, pc.cookies["pishkhan_csrf"].value
    take_over(pc, world.clerk)
    assert pc.session.session_key != before
    assert not Session.objects.filter(pk=before).exists()
    assert not UserSession.objects.filter(session_key=before).exists()
    assert UserSession.objects.filter(session_key=pc.session.session_key).count() == 1
    assert "proven" not in pc.session
    pc.get(reverse(SWITCH))
    assert pc.cookies["pishkhan_csrf"].value != token


def test_a_page_of_the_colleague_who_left_sends_nothing_under_the_new_name(world: World):
    pc = Client(enforce_csrf_checks=True)
    for actor in (world.clerk, world.second_clerk):
        with_password(actor)
        if "_auth_user_id" in pc.session:
            pc.post(reverse("counter:switch-password"), headers=token(pc.get(reverse(HOME))))
        sent = token(pc.get(reverse("account_login")))
        assert actor.user_id is not None
        given = {"login": directory.user(actor.user_id).username, "password": PASSWORD}
        assert pc.post(reverse("account_login"), given, headers=sent).status_code == 302
    left_open = token(pc.get(reverse(HOME)))
    kept = {"subject": "نامهٔ همکار"}
    assert pc.post(reverse("counter:save"), kept, headers=left_open).status_code == 200
    given = {"clerk": str(world.clerk.user_id), "pin": PIN}
    assert pc.post(reverse(SWITCH), given, headers=left_open).status_code == 302
    by_itself = {**left_open, "X-Autosave": "1"}
    assert pc.post(reverse("counter:save"), kept, headers=by_itself).status_code == 403
    asked_anew = pc.post(reverse("counter:park"), kept, headers=left_open)
    assert (asked_anew.status_code, asked_anew["Location"][-6:]) == (303, "kept=1")
    shown = text(pc.get(reverse("counter:parked"))) + text(pc.get(reverse(HOME)))
    assert "نامهٔ همکار" not in shown
    fresh = token(pc.get(reverse(HOME)))
    assert pc.post(reverse("counter:save"), kept, headers=fresh).status_code == 200


def token(page: Any) -> dict[str, str]:
    """Return the header that scripts of this page send."""
    found = re.search(r'name="csrf-token" content="(\w+)"', text(page))
    assert found is not None
    return {"X-CSRFToken": found[1]}


def test_a_pin_opens_nothing_at_another_pc(world: World, pc: Client):
    other = Client()
    sign_in(other, world.second_clerk)
    assert world.clerk.label not in text(other.get(reverse(SWITCH)))
    refused = take_over(other, world.clerk)
    assert refused.status_code == 403
    assert who(other) == str(world.second_clerk.user_id)
    forged = Client()
    sign_in(forged, world.second_clerk)
    name, signature = pc.cookies[devices.COOKIE].value.rsplit(":", 1)
    forged.cookies[devices.COOKIE] = f"{name}:{signature[::-1]}"
    assert take_over(forged, world.clerk).status_code == 403


def test_a_pin_opens_nothing_on_another_day(world: World):
    time = FakeClock(clock.current().now())
    with clock.use(time):
        pc = Client()
        for actor in (world.clerk, world.second_clerk):
            with_password(actor)
            sign_in(pc, actor)
        assert take_over(pc, world.clerk).status_code == 302
        assert pc.get(reverse(HOME)).status_code == 200
        time.advance(timedelta(days=1))
        ended = pc.get(reverse(HOME))
        assert ended["Location"].startswith(reverse("account_login"))
        assert who(pc) is None
        browser = sit(world.second_clerk)
        browser.cookies[devices.COOKIE] = pc.cookies[devices.COOKIE].value
        assert take_over(browser, world.clerk).status_code == 403
        time.advance(timedelta(days=2))
        assert devices.purge() == 2


def test_the_cookie_is_signed_and_hidden_from_scripts(pc: Client):
    cookie = pc.cookies[devices.COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert ":" in cookie.value


def test_five_wrong_pins_and_it_rests_until_the_password(world: World, pc: Client):
    for _ in range(5):
        wrong = take_over(pc, world.clerk, "0000")
        assert wrong.status_code == 422
        assert 'id="id_pin-error"' in text(wrong)
        assert "0000" not in words(text(wrong))
    assert take_over(pc, world.clerk).status_code == 403
    assert who(pc) == str(world.second_clerk.user_id)
    sign_in(pc, world.clerk)
    assert take_over(pc, world.second_clerk).status_code == 302
    assert take_over(pc, world.clerk).status_code == 302


def test_who_logs_out_comes_back_by_password_only(world: World, pc: Client):
    take_over(pc, world.clerk)
    pc.post(reverse("account_logout"))
    sign_in(pc, world.second_clerk)
    assert str(world.clerk.user_id) not in text(pc.get(reverse(SWITCH)))
    assert take_over(pc, world.clerk).status_code == 403


def test_who_ends_his_sessions_from_afar_comes_back_by_password_only(world: World, pc: Client):
    phone = Client()
    sign_in(phone, world.clerk)
    mine = UserSession.objects.filter(user_id=world.clerk.user_id)
    assert take_over(pc, world.clerk).status_code == 302
    assert take_over(pc, world.second_clerk).status_code == 302
    assert take_over(pc, world.clerk).status_code == 302
    assert mine.count() == 2
    assert phone.post(reverse("usersessions_list")).status_code == 302
    assert mine.count() == 1
    assert pc.get(reverse(HOME)).status_code == 302
    sign_in(pc, world.second_clerk)
    assert take_over(pc, world.clerk).status_code == 403


def test_the_session_ends_with_the_browser_as_others_do(world: World, pc: Client):
    take_over(pc, world.clerk)
    assert pc.session.get_expire_at_browser_close()
    assert pc.cookies["pishkhan_session"]["max-age"] == ""


def test_a_password_changed_elsewhere_takes_the_pin_away_here(world: World, pc: Client):
    assert world.clerk.user_id is not None
    directory.set_password(
        SYSTEM, user_id=world.clerk.user_id, password=PASSWORD + "x", own_password=True
    )
    assert take_over(pc, world.clerk).status_code == 403


def test_who_is_no_clerk_here_any_more_does_not_take_over(world: World, pc: Client):
    assert world.clerk.user_id is not None
    directory.remove_clerk(SYSTEM, counter_id=world.counter, user_id=world.clerk.user_id)
    assert take_over(pc, world.clerk).status_code == 403


def test_a_pin_is_set_only_by_who_gave_the_password(world: World, pc: Client):
    take_over(pc, world.clerk)
    asked = pc.post(reverse("counter:pin"), {"pin": "5820", "again": "5820"})
    assert "reauthenticate" in asked["Location"]
    pc.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    differ = pc.post(reverse("counter:pin"), {"pin": "5820", "again": "5821"})
    assert differ.status_code == 422
    assert pc.post(reverse("counter:pin"), {"pin": "1111", "again": "1111"}).status_code == 422
    done = pc.post(reverse("counter:pin"), {"pin": "5820", "again": "5820"})
    assert done["Location"] == reverse(SWITCH)
    take_over(pc, world.second_clerk)
    assert take_over(pc, world.clerk, PIN).status_code == 422
    assert take_over(pc, world.clerk, "5820").status_code == 302


def test_only_counters_have_this_page(world: World):
    for actor in (world.registrar, world.head, world.admin):
        for name in (SWITCH, "counter:pin"):
            assert sit(actor).get(reverse(name)).status_code == 403
    assert letters.submissions(world.clerk).rows == ()


def test_a_pin_opens_the_counter_and_no_other_seat_of_the_same_person(world: World, pc: Client):
    assert world.clerk.user_id is not None
    assert world.expert.seat_id is not None
    directory.seat_holder(SYSTEM, post_id=world.expert.seat_id, user_id=world.clerk.user_id)
    take_over(pc, world.clerk)
    refused = pc.post(reverse("web:seat"), {"seat": str(world.expert.seat_id)})
    assert refused.status_code == 403
    assert "web.by-pin" in text(refused)
    assert pc.post(reverse("web:seat"), {"seat": str(world.counter)}).status_code == 302
    directory.remove_clerk(SYSTEM, counter_id=world.counter, user_id=world.clerk.user_id)
    assert pc.get(reverse("cartable:open")).status_code == 302
    assert pc.get(reverse(HOME)).status_code == 302
    assert who(pc) == str(world.clerk.user_id)
