"""The way from a real desk to practice, and the door of the practice node."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings as node
from django.test import Client, override_settings
from django.urls import reverse

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import Forbidden
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from pishkhan.web.practice import lessons, tickets
from tests.letters.test_sign_many import laid
from tests.letters.world import World, refer
from tests.web.desks import sit, text

MARKS = "pishkhan.web.practice.views.MarksMiddleware"
WITH_MARKS = [*node.MIDDLEWARE]
WITH_MARKS.insert(WITH_MARKS.index("pishkhan.node.language.LanguageMiddleware"), MARKS)


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
    assert sum(done for _each, done in lessons.ticked("head", {"letter.signed"})) == 1
    assert sum(done for _each, done in lessons.ticked("expert", {"letter.signed"})) == 1
    assert lessons.ticked("admin", {"letter.signed"}) == []
    assert all(len(each) <= 9 for each in lessons.OF_DESK.values()), "a key for each"


def guest(actor: Actor, name: str) -> Client:
    """Return the browser of a guest who sits on a seat that all guests share."""
    browser = sit(actor)
    browser.cookies[tickets.GUEST_COOKIE] = tickets.sealed(name)
    return browser


def titles(browser: Client) -> list[str]:
    page = text(browser.get(reverse("practice:exercises")))
    return re.findall(r"exercise--done.*?<b>(.*?)</b>", page, re.S)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("practising")
@override_settings(MIDDLEWARE=WITH_MARKS)
def test_what_a_guest_does_as_expert_or_head_is_ticked_for_him_alone():
    world = World.make()
    _, arrival = world.referred(to=world.deputy)
    letter = f"/cartable/letters/{arrival}/"
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    me, other = guest(world.deputy, "one"), guest(world.deputy, "two")
    assert titles(me) == [], "what was done on this seat before is not his"
    assert me.post(f"{letter}drafts/{draft}/initial", {"version": "1"}).status_code == 302
    assert titles(me) == ["Initial the draft"]
    assert titles(other) == []
    refused = me.post(f"{letter}refer", {"instruction": ""})
    assert refused.status_code == 422
    assert titles(me) == ["Initial the draft"], "what was refused is not done"
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    head = guest(world.head, "one")
    letters.open_arrival(world.head, arrival)
    assert titles(head) == []
    back = head.post(f"{letter}drafts/{draft}/send-back", {"version": "1", "note": "کوتاه‌تر"})
    assert back.status_code == 302
    assert titles(head) == ["Send a draft back"]
    assert titles(me) == ["Initial the draft"], "what he does as head is the head's"


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("practising")
@override_settings(MIDDLEWARE=WITH_MARKS)
def test_signing_several_at_once_is_an_exercise_of_its_own():
    world = World.make()
    _, draft = laid(world)
    head = guest(world.head, "three")
    signed = head.post(reverse("cartable:together"), {"draft": [f"{draft}:1"]})
    assert signed.status_code < 400
    assert titles(head) == ["Sign an answer", "Sign several at once"]
