from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, OfficeKind, Right, SeatKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.ids import new_id
from tests.directory.conftest import person


def test_rights_come_from_the_post_and_the_office_from_its_secretariat(world):
    actor = api.actor_for(world.users["head"], world.head)
    assert actor is not None
    assert actor.rights == {Right.CARTABLE, Right.SIGN, Right.REFER_FREE}
    assert actor.ref == f"post:{world.head}"
    assert actor.label == "head نمونه"
    assert actor.office is not None
    assert actor.office.id == world.office
    assert actor.office.kind is OfficeKind.SECRETARIAT
    assert actor.office.agency_id == world.water


def test_a_secretariats_clerk_registers_and_dispatches(world):
    actor = api.actor_for(world.users["registrar"], None)
    assert actor is not None
    assert actor.rights == {Right.CARTABLE, Right.SECRETARIAT, Right.DISPATCH}


def test_a_clerk_sits_at_the_counter_with_its_right_alone(world):
    actor = api.actor_for(world.users["clerk"], None)
    assert actor is not None
    assert actor.rights == {Right.COUNTER}
    assert actor.ref == f"clerk:{world.users['clerk']}@{world.counter}"
    assert actor.require_office(OfficeKind.COUNTER).id == world.counter
    assert actor.post_id is None


def test_a_person_without_a_seat_is_nobody(world):
    user = person("idle")
    assert api.seats(user) == []
    assert api.actor_for(user, None) is None
    assert api.actor_for(user, world.head) is None
    assert api.actor_for(new_id(), world.head) is None


def test_a_person_may_hold_several_posts_and_chooses_between_them(world):
    user = world.users["expert"]
    api.seat_holder(SYSTEM, post_id=world.power_head, user_id=user)
    api.add_clerk(SYSTEM, counter_id=world.counter, user_id=user)
    api.add_administrator(SYSTEM, user_id=user)
    kinds = [seat.kind for seat in api.seats(user)]
    assert kinds == [SeatKind.POST, SeatKind.POST, SeatKind.COUNTER, SeatKind.ADMIN]
    for seat in api.seats(user):
        actor = api.actor_for(user, seat.id)
        assert actor is not None
        assert actor.seat_id == seat.id
    power = api.actor_for(user, world.power_head)
    assert power is not None
    assert power.office is not None
    assert power.office.id == world.power_office
    admin = api.actor_for(user, api.seats(user)[-1].id)
    assert admin is not None
    assert admin.rights == {Right.ADMIN}
    assert admin.office is None
    assert admin.ref.startswith("admin:")


def test_another_persons_seat_is_not_given(world):
    assert api.actor_for(world.users["expert"], world.head) is None
    assert api.actor_for(world.users["clerk"], world.office) is None


def test_closed_posts_counters_and_logins_give_no_actor(world):
    api.close_post(SYSTEM, post_id=world.expert)
    assert api.actor_for(world.users["expert"], world.expert) is None
    api.change_counter(SYSTEM, counter_id=world.counter, active=False)
    assert api.actor_for(world.users["clerk"], None) is None
    api.deactivate_user(SYSTEM, user_id=world.users["head"])
    assert api.actor_for(world.users["head"], world.head) is None


def test_a_holding_counts_only_inside_its_period(world):
    start = clock.current().now()
    with clock.use(clock.FakeClock(start)) as now:
        assert isinstance(now, clock.FakeClock)
        user = person("later")
        api.seat_holder(
            SYSTEM, post_id=world.power_head, user_id=user, from_at=start + timedelta(days=1)
        )
        assert api.actor_for(user, world.power_head) is None
        now.advance(timedelta(days=1))
        assert api.actor_for(user, world.power_head) is not None
        api.vacate(SYSTEM, post_id=world.power_head, until_at=start + timedelta(days=3))
        assert api.actor_for(user, world.power_head) is not None
        now.advance(timedelta(days=2))
        assert api.actor_for(user, world.power_head) is None


def test_it_costs_one_query(world):
    for seat in (None, world.head):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            api.actor_for(world.users["head"], seat)
        assert len(queries) == 1


def test_no_name_of_a_person_is_in_the_journal(world):
    text = repr(journal.entries(limit=500))
    assert "نمونه" not in text.replace("پیشخوان نمونه", "")
    assert "post.seated" in text


def test_who_sits_nowhere_changes_his_own_password_and_nothing_else(world):
    user = person("idle", password="راه دور و دراز")
    actor = api.seatless(user)
    assert actor.rights == frozenset()
    assert actor.ref == f"user:{user}"
    api.set_password(actor, user_id=user, password="راه نزدیک و کوتاه")
    assert journal.entries_of(user)[-1].actor == f"user:{user}"
    with pytest.raises(Forbidden):
        api.set_password(actor, user_id=world.users["head"], password="راه نزدیک و کوتاه")
