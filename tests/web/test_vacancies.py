"""Vacant posts: who is there instead, what waits, the warning at the referral, and nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.logic import post_hand_overs
from pishkhan.web import vacant
from tests.letters.test_stand_ins import name
from tests.letters.world import NOON, World, refer
from tests.plans import begins_at_referrals
from tests.web.desks import sit, text

HOUR = timedelta(hours=1)


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON)):
        yield clock.current()


@pytest.fixture
def world(transactional_db, time) -> World:
    return World.make()


def vacate(time: clock.FakeClock, *who: Actor) -> None:
    time.advance(HOUR)
    for each in who:
        assert each.post_id is not None
        directory.vacate(SYSTEM, post_id=each.post_id)


def test_the_one_above_is_named_over_empty_steps_and_a_deputy_before_him(world: World, time):
    vacate(time, world.expert, world.deputy)
    told = {each.title: each for each in directory.vacancies(agency_id=world.agency)}
    assert set(told) == {world.expert.post_title, world.deputy.post_title}
    for each in told.values():
        assert (each.instead, each.by_deputy) == (world.head.post_title, False)
        assert each.instead_holder == world.head.label
        assert each.since == NOON + HOUR
    assert world.expert.post_id is not None
    assert world.colleague.post_id is not None
    directory.name_stand_in(
        SYSTEM,
        kind=StandInKind.DEPUTY,
        for_post_id=world.expert.post_id,
        by_post_id=world.colleague.post_id,
        until_at=NOON + timedelta(days=3),
    )
    assert world.head.post_id is not None
    [(_, found)] = directory.vacancies_among([world.expert.post_id, world.head.post_id]).items()
    assert (found.instead, found.by_deputy) == (world.colleague.post_title, True)
    assert directory.vacancies(agency_id=world.other_agency) == []


def test_what_waits_at_a_vacant_post_is_listed_where_it_belongs_and_found_by_the_next_holder(
    world: World, time: clock.FakeClock
):
    _, arrival = world.referred()
    assert "vacant post" not in text(sit(world.registrar).get("/secretariat/"))
    vacate(time, world.expert)
    time.advance(HOUR)
    _, second = world.arrive()
    letters.register(world.registrar, second)
    refer(world.registrar, second, world.expert)
    clerk = sit(world.registrar)
    caches["template_fragments"].clear()
    assert "2 letters wait at vacant posts" in text(clerk.get("/secretariat/"))
    page = text(clerk.get("/secretariat/vacancies"))
    assert world.expert.post_title in page
    assert f"{world.deputy.post_title} ({world.deputy.label})" in page
    assert "قطعی آب" not in page
    listed = text(sit(world.admin).get("/admin/vacancies/"))
    assert f"/admin/posts/{world.expert.post_id}/" in listed
    assert '<b class="wait">2</b>' in listed
    assert "/admin/vacancies/" in text(sit(world.admin).get("/admin/"))
    assert world.expert.post_title not in text(
        sit(world.other_registrar).get("/secretariat/vacancies")
    )
    for who in (world.head, world.clerk):
        assert sit(who).get("/secretariat/vacancies").status_code in (302, 403, 404)
        assert sit(who).get("/admin/vacancies/").status_code in (302, 403, 404)
    comer = directory.add_user(SYSTEM, username="newcomer", full_name="تازه نمونه")
    assert world.expert.post_id is not None
    directory.seat_holder(SYSTEM, post_id=world.expert.post_id, user_id=comer)
    acting = directory.actor_for(comer, None)
    assert acting is not None
    there = {row.arrival_id for row in letters.cartable(acting, folder="open").rows}
    assert there == {arrival, second}
    caches["template_fragments"].clear()
    assert "vacant post" not in text(clerk.get("/secretariat/"))


def test_a_referral_to_a_vacant_post_names_who_is_there_instead(world: World, time):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    name(world, StandInKind.DEPUTY, world.expert, world.colleague)
    vacate(time, world.expert)
    clerk = sit(world.registrar)
    page = f"/secretariat/letters/{arrival}/"
    assert f"vacant; deputy: \u2068{world.colleague.post_title}\u2069" in text(clerk.get(page))
    found = clerk.get("/secretariat/receivers", {"q": "شبکه"}).json()
    assert found[0]["hint"].startswith("vacant; deputy")
    answer = clerk.post(f"{page}refer", {"to": str(world.expert.post_id), "stay": "1"})
    assert answer.status_code == 302
    said = text(clerk.get(answer["Location"]))
    assert "is vacant; its deputy" in said
    assert f"{world.colleague.post_title} ({world.colleague.label})" in said
    assert letters.arrival(world.registrar, arrival).referrals


def test_lists_cost_the_same_however_many_posts_are_vacant(world: World, time):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            directory.vacancies(agency_id=world.agency)
        return len(found)

    vacate(time, world.expert)
    one = queries()
    vacate(time, world.colleague, world.registrar)
    assert queries() == one


def test_only_the_administrator_and_a_secretariat_ask_what_waits(world: World):
    assert world.expert.post_id is not None
    world.referred()
    assert letters.waiting_at(world.admin, [world.expert.post_id])[world.expert.post_id].open == 1
    assert letters.waiting_at(world.registrar, [world.expert.post_id])
    assert letters.waiting_at(world.other_registrar, [world.expert.post_id]) == {}
    posts = [*(new_id() for _ in range(25)), world.expert.post_id]
    assert letters.count_waiting_at(world.registrar, posts) == (1, False)
    assert letters.count_waiting_at(world.registrar, posts[25:]) == (1, False)
    assert letters.count_waiting_at(world.other_registrar, posts) == (0, False)
    assert letters.count_waiting_at(world.registrar, []) == (0, False)
    for who in (world.head, world.expert, world.clerk):
        with pytest.raises(Forbidden):
            letters.waiting_at(who, [world.expert.post_id])


def test_a_page_of_arrivals_begins_at_what_waits_not_at_all_arrivals(world: World):
    """At a million letters the page would else read them all whenever a post is vacant."""
    world.referred()
    assert world.expert.post_id is not None
    with CaptureQueriesContext(connection) as found:
        assert letters.count_waiting_at(world.registrar, [world.expert.post_id]) == (1, False)
    [query] = found.captured_queries
    assert begins_at_referrals(query["sql"])


def test_more_than_a_hundred_are_not_counted(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(post_hand_overs, "MOST_COUNTED", 2)
    assert world.expert.post_id is not None
    for _ in range(2):
        world.referred()
    assert letters.count_waiting_at(world.registrar, [world.expert.post_id]) == (1, True)
    assert vacant.waiting(world.registrar) == (0, "0")
