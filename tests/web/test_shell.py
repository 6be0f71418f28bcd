"""The first page, the demonstration's doors, seats and languages."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
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
