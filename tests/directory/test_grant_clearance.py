"""Clearance of persons: granted for a class and a period, on record, one's own on every seat."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound
from pishkhan.kernel.ids import new_id

START = clock.current().now() + timedelta(days=1)
"""After the world was founded."""


def level(user: UUID, seat: UUID | None = None) -> str:
    actor = api.actor_for(user, seat)
    assert actor is not None
    return actor.clearance


def test_a_clearance_holds_in_its_period_and_the_highest_counts(world):
    user, now = world.users["expert"], FakeClock(START)
    with clock.use(now):
        assert level(user) == "1"
        api.grant_clearance(SYSTEM, user_id=user, level="2")
        until = START + timedelta(days=10)
        api.grant_clearance(SYSTEM, user_id=user, level="4", until_at=until, basis="۱۲/م")
        assert level(user) == "4"
        assert api.cleared_posts([world.expert, world.head], "3") == {world.expert}
        now.advance(timedelta(days=10))
        assert level(user) == "2"
        assert api.cleared_posts([world.expert], "3") == set()
        assert api.cleared_posts([world.expert], "2") == {world.expert}


def test_period_and_class_are_of_one_grant(world):
    user, now = world.users["expert"], FakeClock(START)
    with clock.use(now):
        api.grant_clearance(SYSTEM, user_id=user, level="5", until_at=START + timedelta(days=1))
        now.advance(timedelta(days=2))
        api.grant_clearance(SYSTEM, user_id=user, level="2")
        # One grant is high and over, the other lasts and is low: no post is cleared for 3.
        assert api.cleared_posts([world.expert], "3") == set()


def test_who_stands_in_needs_his_own(world):
    with clock.use(FakeClock(START)):
        head, deputy = world.users["head"], world.users["deputy"]
        api.grant_clearance(SYSTEM, user_id=head, level="3")
        api.name_stand_in(
            SYSTEM,
            for_post_id=world.head,
            by_post_id=world.deputy,
            kind=StandInKind.DEPUTY,
            scope=StandInScope.ALL,
            until_at=START + timedelta(days=5),
        )
        (seat,) = [each for each in api.seats(deputy) if each.hand]
        assert level(head) == "3"
        assert level(deputy, seat.id) == "1"
        api.grant_clearance(SYSTEM, user_id=deputy, level="2")
        assert level(deputy, seat.id) == "2"


def test_a_post_without_a_holder_is_cleared_for_ordinary_letters_alone(world):
    vacant = api.add_post(SYSTEM, secretariat_id=world.office, title="کارشناس")
    assert api.cleared_posts([vacant], "1") == {vacant}
    assert api.cleared_posts([vacant], "2") == set()


def test_only_the_administrator_grants_and_each_grant_is_on_record(world):
    user = world.users["expert"]
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.grant_clearance(head, user_id=user, level="2")
    with pytest.raises(Forbidden):
        api.clearances_of(head, user)
    for wrong in ("1", "6", "", "22", "x"):
        with pytest.raises(Invalid):
            api.grant_clearance(SYSTEM, user_id=user, level=wrong)
    with pytest.raises(Invalid):
        api.grant_clearance(SYSTEM, user_id=user, level="2", until_at=START - timedelta(days=999))
    with pytest.raises(NotFound):
        api.grant_clearance(SYSTEM, user_id=new_id(), level="2")
    api.grant_clearance(SYSTEM, user_id=user, level="2")
    (row,) = api.clearances_of(SYSTEM, user)
    assert (row.level, row.holds, row.until_at) == ("2", True, None)
    assert journal.entries_of(user)[-1].kind == "clearance.granted"
