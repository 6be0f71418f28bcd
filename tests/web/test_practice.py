"""The way from a real desk to practice, and the door of the practice node."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.kernel.errors import Forbidden
from pishkhan.web.practice import lessons, tickets
from tests.letters.world import World
from tests.web.desks import sit, text


@pytest.fixture
def offered(settings) -> None:
    settings.PRACTICE = True


@pytest.fixture
def practising(settings) -> None:
    settings.PRACTISING = settings.DEMO = True


@pytest.mark.django_db(transaction=True)
def test_no_way_is_shown_where_the_operator_has_not_switched_practice_on():
    browser = sit(World.make().clerk)
    assert reverse("web:practise") not in text(browser.get(reverse("counter:accept")))
    assert browser.post(reverse("web:practise")).status_code == 404
    for name, args in (("exercises", ()), ("enter", ()), ("as", ("clerk",)), ("anew", ())):
        address = reverse(f"practice:{name}", args=args)
        # What only takes a form leads to the page above it, and that is not there either.
        assert browser.get(address, follow=True).status_code == 404
        assert browser.post(address).status_code in {404, 405}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("offered")
def test_a_ticket_says_the_kind_of_seat_and_nothing_of_anybody():
    world = World.make()
    for actor, desk, role in (
        (world.clerk, "counter", "clerk"),
        (world.registrar, "secretariat", "secretary"),
        (world.expert, "cartable", "expert"),
        (world.head, "cartable", "head"),
    ):
        answer = sit(actor).post(reverse("web:practise"), {"desk": desk})
        whole = urlsplit(answer["Location"])
        assert whole.path == "/practice/exercises/enter"
        [text_of] = parse_qs(whole.query)["ticket"]
        assert tickets.take(text_of) == tickets.Ticket(role, "en")
        with pytest.raises(Forbidden):
            tickets.take(text_of)
    assert Client().post(reverse("web:practise")).status_code == 403


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("practising")
def test_nobody_enters_practice_without_a_ticket():
    browser = Client()
    assert browser.get(reverse("web:home"))["Location"] == reverse("practice:exercises")
    page = text(browser.get(reverse("practice:exercises")))
    assert "data-role" not in page
    assert browser.get(reverse("practice:enter"), {"ticket": "forged"}).status_code == 403
    for address in (
        reverse("practice:as", args=["clerk"]),
        reverse("practice:anew"),
        reverse("web:demo-enter", args=["clerk"]),
    ):
        assert browser.post(address).status_code in {403, 404}
    assert browser.get(reverse("counter:accept"))["Location"] == reverse("practice:exercises")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("practising")
def test_every_page_of_practice_and_its_print_say_so():
    page = text(sit(World.make().clerk).get(reverse("counter:day")))
    assert "demo-ribbon--practice" in page
    assert '<p class="print-only practice-mark">Practice: not a real letter</p>' in page
    assert "Demonstration data" not in page


def test_an_exercise_is_ticked_by_any_of_its_deeds_and_no_other():
    ticks = dict(lessons.ticked("counter", {"letter.accepted", lessons.PARKED, "letter.referred"}))
    assert [each.address for each, done in ticks.items() if done] == ["counter:accept"] * 2
    assert sum(done for _each, done in lessons.ticked("secretariat", {"number.voided"})) == 1
    assert lessons.ticked("cartable", {"letter.signed"}) == []
