"""The first page, the demonstration's doors, seats and languages."""

from __future__ import annotations

from datetime import timedelta
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from tests.letters.world import World
from tests.web.desks import sit

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_first_page_is_persian_whatever_the_browser_asks() -> None:
    answer = Client(headers={"Accept-Language": "en-GB,en"}).get("/")
    assert answer.status_code == 200
    assert '<html lang="fa" dir="rtl">' in answer.content.decode()


def test_the_language_is_switched_by_a_form_and_leads_back_only_home() -> None:
    client = Client()
    answer = client.post(
        reverse("web:language"), {"language": "en", "next": "https://elsewhere.example/"}
    )
    assert answer.status_code == 302
    assert answer["Location"] == "/"
    assert '<html lang="en" dir="ltr">' in client.get("/").content.decode()


def test_a_persons_language_goes_with_the_person() -> None:
    world = World.make()
    sit(world.clerk).post(reverse("web:language"), {"language": "fa"})
    assert world.clerk.user_id is not None
    seen = directory.actor_for(world.clerk.user_id, world.clerk.seat_id)
    assert seen is not None
    assert seen.language == "fa"


def test_no_door_is_open_on_a_real_node(settings) -> None:
    settings.DEMO = False
    directory.add_user(SYSTEM, username="demo-clerk", full_name="متصدی نمونه")
    client = Client()
    assert client.post(reverse("web:demo-enter", args=["clerk"])).status_code == 404
    assert "_auth_user_id" not in client.session
    assert "demo-roles" not in client.get("/").content.decode()


def test_a_demonstration_opens_its_doors_to_its_own_people_only(settings) -> None:
    settings.DEMO = True
    directory.add_user(SYSTEM, username="demo-clerk", full_name="متصدی نمونه")
    directory.add_user(SYSTEM, username="demo-root", full_name="کس دیگر")
    client = Client()
    assert client.post(reverse("web:demo-enter", args=["root"])).status_code == 404
    assert client.post(reverse("web:demo-enter", args=["clerk"])).status_code == 302
    assert "_auth_user_id" in client.session


def test_a_seat_of_somebody_else_can_not_be_taken() -> None:
    world = World.make()
    browser = sit(world.clerk)
    answer = browser.post(reverse("web:seat"), {"seat": str(world.head.seat_id)})
    assert answer.status_code == 404
    assert browser.session["seat"] == str(world.clerk.seat_id)


def test_rubbish_for_a_seat_is_told_and_changes_nothing() -> None:
    world = World.make()
    answer = sit(world.clerk).post(reverse("web:seat"), {"seat": "۱۲'; DROP"})
    assert answer.status_code == 422
    assert "web.seat" in answer.content.decode()


def test_an_address_where_nothing_is_answers_in_the_persons_language() -> None:
    answer = Client().get("/no/such/page")
    assert answer.status_code == 404
    assert "اینجا چیزی پیدا نشد." in answer.content.decode()


def test_a_one_click_login_stands_in_the_list_of_sessions(settings) -> None:
    settings.DEMO = True
    directory.add_user(SYSTEM, username="demo-clerk", full_name="متصدی نمونه")
    here = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/115.0"})
    elsewhere = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 6.1) Chrome/109.0"})
    for client in (here, elsewhere):
        client.post(reverse("web:demo-enter", args=["clerk"]))
    page = here.get("/accounts/sessions/").content.decode()
    assert "Firefox · Linux" in page
    assert "Chrome · Windows" in page
    here.post("/accounts/sessions/")
    assert "_auth_user_id" not in elsewhere.session
    assert "_auth_user_id" in here.session


def no_seat(language: str) -> Client:
    """Return the browser of a person who entered and sits nowhere."""
    directory.add_user(
        SYSTEM,
        username="idle",
        full_name="تازه نمونه",
        password="رود آرام کوهستان ۷",
        own_password=True,
        language=language,
    )
    client = Client()
    client.post("/accounts/login/", {"login": "idle", "password": "رود آرام کوهستان ۷"})
    return client


@pytest.mark.parametrize(
    ("language", "title"),
    [("fa", "شما هنوز سمت یا دفتری ندارید"), ("en", "You have no post or counter yet")],
)
def test_who_sits_nowhere_is_told_so_and_whom_to_ask(language: str, title: str) -> None:
    keeper = directory.add_user(SYSTEM, username="keeper", full_name="راهنما نمونه")
    directory.add_administrator(SYSTEM, user_id=keeper)
    client = no_seat(language)
    for address in ("/", "/?choose=1", "/counter/", "/secretariat/", "/cartable/", "/admin/"):
        page = client.get(address, follow=True)
        assert page.status_code == 200, address
        text = page.content.decode()
        assert title in text, address
        assert f'lang="{language}"' in text
        assert "راهنما نمونه" in text
        assert "idle" in text
        assert "demo-roles" not in text
        assert text.count("<h1") == 1
    assert client.post("/admin/people/add", {"username": "x"}).status_code == 403
    assert client.get("/accounts/password/change/").status_code == 200


def test_who_sits_nowhere_sees_from_when_on_a_seat_is_his() -> None:
    world = World.make()
    client = no_seat("fa")
    user = directory.user_named("idle").id
    assert world.expert.post_id is not None
    later = clock.current().now() + timedelta(days=3)
    directory.seat_holder(SYSTEM, post_id=world.expert.post_id, user_id=user, from_at=later)
    assert "کارشناس" in client.get("/").content.decode()
    with clock.use(clock.FakeClock(later + timedelta(minutes=1))):
        answer = client.get("/")
    assert answer.status_code == 302


def test_who_loses_his_seat_at_work_is_told_so() -> None:
    world = World.make()
    browser = sit(world.expert)
    assert browser.get("/cartable/").status_code == 200
    assert world.expert.post_id is not None
    directory.vacate(SYSTEM, post_id=world.expert.post_id)
    assert browser.get("/cartable/")["Location"] == "/"
    assert "You have no post or counter yet" in browser.get("/").content.decode()


def test_machines_are_told_to_read_the_first_page_alone() -> None:
    answer = Client().get("/robots.txt")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(answer.content.decode().replace("Allow: /$\n", "").splitlines())
    closed = ("/t/", "/t/1234567890123", "/counter/", "/secretariat/", "/cartable/", "/admin/")
    assert [path for path in closed if rules.can_fetch("bot", path)] == []
    assert rules.can_fetch("bot", "/static/pishkhan/app.css")
    assert "Allow: /$" in answer.content.decode().splitlines()


def test_an_icon_is_found_where_no_page_names_one() -> None:
    answer = Client().get("/favicon.ico", follow=True)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/svg+xml"
    assert b"".join(answer).startswith(b"<svg")
