"""Several seats of one person: what waits at each, on every desk, and one press to the other."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.letters.logic import my_seats as counting
from pishkhan.web import seats
from tests.letters.test_clearance import Closed
from tests.letters.test_stand_ins import deputy_of, name, seated
from tests.letters.world import NOON, World, refer
from tests.plans import begins_at_referrals
from tests.web import desks
from tests.web.desks import text


@pytest.fixture
def world(transactional_db) -> World:
    with clock.use(clock.FakeClock(NOON)):
        return World.make()


@pytest.fixture(autouse=True)
def noon():
    with clock.use(clock.FakeClock(NOON)):
        yield


def post(world: World, title: str, who: Actor) -> Actor:
    """Seat the person on a second post of the agency too; return him there."""
    assert who.user_id is not None
    made = directory.add_post(SYSTEM, secretariat_id=world.secretariat, title=title)
    directory.seat_holder(SYSTEM, post_id=made, user_id=who.user_id)
    found = directory.actor_for(who.user_id, made)
    assert found is not None
    return found


def sit(who: Actor) -> Client:
    """Return his browser, once he has been shown what seats he has."""
    browser = desks.sit(who)
    browser.get("/?choose=1")
    return browser


SWITCHER = 'class="menu seats"'


@pytest.fixture(autouse=True)
def nothing_kept():
    """What pages keep rendered is not there yet."""
    caches["template_fragments"].clear()


def test_every_desk_shows_all_seats_with_what_waits_and_one_press_leads_there(world: World):
    world.referred()
    assert SWITCHER not in text(sit(world.expert).get("/cartable/"))
    second = post(world, "دبیر کمیتهٔ نمونه", world.expert)
    world.referred(to=second)
    world.referred(to=second)
    browser = sit(world.expert)
    for address in ("/cartable/", "/cartable/search", "/cartable/stand-ins"):
        page = text(browser.get(address))
        summary = page.split(SWITCHER)[1].split("</summary>")[0]
        assert '<span class="count">3</span>' in summary
        assert 'data-key="Alt+2"' in page
    counts = {each.seat.label: (each.waits, each.here) for each in letters.my_seats(second)}
    assert counts == {world.expert.post_title: (1, False), "دبیر کمیتهٔ نمونه": (2, True)}
    assert browser.post("/seat", {"seat": str(second.seat_id)}).status_code == 302
    page = text(browser.get("/cartable/")).split(SWITCHER)[1]
    here = page.split('aria-current="true"')[1].split("</button>")[0]
    assert "دبیر کمیتهٔ نمونه" in here
    assert "you are here" in here


def test_a_counter_and_a_secretariat_of_one_person_are_seats_beside_his_posts(world: World):
    assert world.clerk.user_id is not None
    assert world.registrar.post_id is not None
    mine = post(world, "کارشناس نمونه", world.clerk)
    directory.seat_holder(SYSTEM, post_id=world.registrar.post_id, user_id=world.clerk.user_id)
    world.referred(to=mine)
    world.arrive()
    world.arrive()
    at_secretariat = directory.actor_for(world.clerk.user_id, world.registrar.post_id)
    assert at_secretariat is not None
    for where, address in ((world.clerk, "/counter/"), (at_secretariat, "/secretariat/")):
        page = text(sit(where).get(address)).split(SWITCHER)[1].split("</details>")[0]
        assert re.findall('"count">([0-9]+)<', page) == ["3", "1", "2"]  # all, cartable, arrived
        assert page.count("menu-item") == 3 + 1  # and the place where the focus goes


def test_posts_he_stands_in_for_are_counted_and_those_of_others_are_not(world: World):
    world.referred(to=world.deputy)
    world.referred(to=world.head)
    acting = deputy_of(world, world.deputy, world.expert)
    name(world, StandInKind.PER_PRO, world.head, world.expert)  # that one sits at his own desk
    there = letters.my_seats(acting)
    assert [(each.seat.label, each.seat.hand, each.waits, each.here) for each in there] == [
        (world.expert.post_title, None, 0, False),
        (world.deputy.post_title, StandInKind.DEPUTY, 1, True),
    ]
    assert letters.my_seats(world.clerk) == ()
    chief = name(world, StandInKind.CHIEF, world.head, world.colleague)
    assert [e.seat.hand for e in letters.my_seats(seated(world.colleague, chief))] == [
        None,
        StandInKind.CHIEF,
    ]


def test_who_is_named_while_he_is_logged_in_finds_it_on_his_cartable(world: World):
    browser = sit(world.expert)
    assert SWITCHER not in text(browser.get("/cartable/"))
    deputy_of(world, world.deputy, world.expert)
    assert SWITCHER in text(browser.get("/cartable/"))
    assert SWITCHER in text(browser.get("/cartable/search"))


def test_a_second_post_given_to_who_is_logged_in_shows_on_the_next_page(world: World):
    browser = desks.sit(world.expert)
    assert SWITCHER not in text(browser.get("/cartable/search"))
    second = post(world, "سمت دوم", world.expert)
    assert SWITCHER in text(browser.get("/cartable/search"))
    assert browser.post("/seat", {"seat": str(second.seat_id)}).status_code == 302
    with clock.use(clock.FakeClock(NOON + timedelta(days=1))):
        assert second.post_id is not None
        directory.vacate(SYSTEM, post_id=second.post_id)
        caches["template_fragments"].clear()
        assert SWITCHER not in text(browser.get("/cartable/search"))


def test_a_seat_that_lies_ahead_is_offered_when_it_begins(world: World):
    browser = desks.sit(world.expert)
    assert world.expert.user_id is not None
    made = directory.add_post(SYSTEM, secretariat_id=world.secretariat, title="سمت دوم")
    directory.seat_holder(
        SYSTEM, post_id=made, user_id=world.expert.user_id, from_at=NOON + timedelta(minutes=5)
    )
    assert SWITCHER not in text(browser.get("/cartable/search"))
    with clock.use(clock.FakeClock(NOON + timedelta(minutes=6))):
        assert SWITCHER in text(browser.get("/cartable/search"))


def test_a_seat_that_ended_is_offered_no_more(world: World):
    second = post(world, "سمت دوم", world.expert)
    browser = sit(world.expert)
    assert SWITCHER in text(browser.get("/cartable/"))
    assert second.post_id is not None
    directory.vacate(SYSTEM, post_id=second.post_id)
    caches["template_fragments"].clear()
    assert SWITCHER not in text(browser.get("/cartable/"))


def test_state_letters_above_his_clearance_are_not_counted(world: World):
    closed = Closed.make(world)
    post(world, "سمت دوم", closed.deputy)
    refer(closed.expert, closed.begun(), closed.deputy)
    assert [each.waits for each in letters.my_seats(closed.deputy)] == [1, 0]
    assert closed.deputy.user_id is not None
    (row,) = directory.clearances_of(SYSTEM, closed.deputy.user_id)
    directory.end_clearance(SYSTEM, clearance_id=row.id)
    after = directory.actor_for(closed.deputy.user_id, closed.deputy.seat_id)
    assert after is not None
    assert [each.waits for each in letters.my_seats(after)] == [0, 0]


def test_pages_of_who_has_one_seat_ask_nothing_more_and_of_others_once_in_a_while(world: World):
    def queries(who: Actor) -> list[int]:
        browser = sit(who)
        browser.get("/cartable/search")
        caches["template_fragments"].clear()
        with CaptureQueriesContext(connection) as first:
            browser.get("/cartable/search")
        with CaptureQueriesContext(connection) as again:
            browser.get("/cartable/search")
        return [len(first), len(again)]

    one = queries(world.expert)
    assert one[0] == one[1]
    post(world, "سمت دوم", world.expert)
    assert queries(world.expert) == [one[0] + 6, one[0]]  # seats, stand-ins, both and what waits


def test_a_cartable_is_counted_to_99_and_begins_at_what_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
):
    second = post(world, "سمت دوم", world.expert)
    world.referred(to=second)
    with CaptureQueriesContext(connection) as found:
        assert [each.waits for each in letters.my_seats(second)] == [0, 1]
    assert begins_at_referrals(found.captured_queries[-1]["sql"])
    monkeypatch.setattr(counting, "MOST_COUNTED", 1)
    assert [(each.waits, each.more) for each in letters.my_seats(second)] == [(0, False), (0, True)]
    shown = seats.switcher(second)
    assert shown is not None
    assert shown.waits == "99+"
    assert [line.waits for line in shown.lines] == ["", "99+"]


def test_a_login_notes_it_at_once(world: World):
    user = directory.add_user(
        SYSTEM,
        username="two",
        full_name="فرد نمونه",
        password="four quiet rivers",
        own_password=True,
    )
    directory.add_administrator(SYSTEM, user_id=user)
    second = directory.add_post(SYSTEM, secretariat_id=world.secretariat, title="سمت دوم")
    directory.seat_holder(SYSTEM, post_id=second, user_id=user)
    browser = Client()
    browser.post("/accounts/login/", {"login": "two", "password": "four quiet rivers"})
    assert SWITCHER in text(browser.get("/cartable/search"))
