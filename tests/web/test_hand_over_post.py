"""Handing a post over on the screen, the leaver's open session, and the paper of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from tests.letters.test_stand_ins import name
from tests.letters.world import NOON, World
from tests.web.desks import sit, text

HOUR = timedelta(hours=1)


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON)):
        yield clock.current()


@pytest.fixture
def world(transactional_db, time) -> World:
    return World.make()


def test_one_press_hands_over_and_the_open_session_is_closed(world: World, time: clock.FakeClock):
    _, arrival = world.referred()
    stays = name(world, StandInKind.CHIEF, world.expert, world.colleague)
    comer = directory.add_user(SYSTEM, username="newcomer", full_name="تازه نمونه")
    time.advance(HOUR)
    admin, leaver = sit(world.admin), sit(world.expert)
    letter = f"/cartable/letters/{arrival}/"
    assert leaver.get(letter).status_code == 200
    here = f"/admin/posts/{world.expert.post_id}/hand-over"
    assert here in text(admin.get(f"/admin/posts/{world.expert.post_id}/"))
    page = text(admin.get(here))
    assert world.expert.label in page
    assert world.colleague.post_title in page
    form = {"leaver": str(world.expert.user_id), "person": "nobody", "keep": [str(stays)]}
    refused = admin.post(here, form)
    assert refused.status_code == 422
    assert f'value="{stays}" checked' in text(refused)
    answer = admin.post(here, form | {"person": "newcomer", "basis": "۱۲/۳"})
    assert answer.status_code == 302
    assert leaver.get(letter).status_code in (302, 403, 404)
    assert leaver.get("/cartable/").status_code in (302, 403)
    acting = directory.actor_for(comer, None)
    assert acting is not None
    assert sit(acting).get(letter).status_code == 200
    paper = text(admin.get(answer["Location"]))
    for word in (world.expert.label, "تازه نمونه", "12/3", "goes on", world.expert.post_title):
        assert word in paper
    for word in ("قطعی آب", "فرد نمونه"):
        assert word not in paper
        assert word not in page
    assert answer["Location"] in text(admin.get(f"/admin/posts/{world.expert.post_id}/"))


def test_a_coming_day_is_typed_in_the_calendar_and_named_afterwards(world: World, time):
    directory.add_user(SYSTEM, username="newcomer", full_name="تازه نمونه")
    here = f"/admin/posts/{world.expert.post_id}/hand-over"
    form = {"leaver": str(world.expert.user_id), "person": "newcomer"}
    admin = sit(world.admin)
    assert "cannot begin in the past" in text(admin.post(here, form | {"from": "1405/08/01"}))
    assert admin.post(here, form | {"from": "۱۴۰۵/۰۹/۱۰"}).status_code == 302
    page = text(admin.get(here))
    assert "is named for this post from" in page
    assert "confirm-panel" not in page
    vacant = f"/admin/posts/{world.colleague.post_id}/"
    assert world.colleague.post_id is not None
    directory.vacate(SYSTEM, post_id=world.colleague.post_id)
    assert "Nobody holds this post" in text(admin.get(f"{vacant}hand-over"))
    assert f"{vacant}hand-over" not in text(admin.get(vacant))


def test_nobody_else_comes_to_the_hand_over_or_its_paper(world: World, time: clock.FakeClock):
    comer = directory.add_user(SYSTEM, username="newcomer", full_name="تازه نمونه")
    time.advance(HOUR)
    post, leaver = world.expert.post_id, world.expert.user_id
    assert post is not None
    assert leaver is not None
    made = letters.hand_over_post(world.admin, post_id=post, leaver_id=leaver, user_id=comer)
    here = f"/admin/posts/{post}/hand-over"
    for who in (world.head, world.registrar, world.clerk, world.deputy):
        for address in (here, f"{here}/{made}"):
            assert sit(who).get(address).status_code in (302, 403, 404)
        assert sit(who).post(here, {"leaver": str(comer)}).status_code in (302, 403, 404)
    elsewhere = f"/admin/posts/{world.head.post_id}/hand-over/{made}"
    assert sit(world.admin).get(elsewhere).status_code == 404
