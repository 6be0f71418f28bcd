"""A stand-in is ended early, by whom it concerns; its history stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Refused


@pytest.fixture
def made(world):
    return api.name_stand_in(
        SYSTEM,
        kind=StandInKind.DEPUTY,
        for_post_id=world.deputy,
        by_post_id=world.finance,
        until_at=clock.current().now() + timedelta(days=7),
    )


@pytest.mark.parametrize("who", ["head", "deputy", "finance"])
def test_the_holder_his_superior_and_the_deputy_end_it(world, made, who):
    acting = api.actor_for(world.users[who], None)
    assert acting is not None
    api.end_stand_in(acting, stand_in_id=made)
    assert api.actor_for(world.users["finance"], made) is None
    [row] = api.stand_ins_of([world.deputy])
    assert row.until_at is not None
    with pytest.raises(Refused) as refused:
        api.end_stand_in(SYSTEM, stand_in_id=made)
    assert refused.value.code == "directory.stand-in-over"


@pytest.mark.parametrize("who", ["expert", "registrar", "clerk"])
def test_others_do_not_end_it(world, made, who):
    acting = api.actor_for(world.users[who], None)
    assert acting is not None
    with pytest.raises(Forbidden):
        api.end_stand_in(acting, stand_in_id=made)
    assert api.actor_for(world.users["finance"], made) is not None


def test_what_has_not_begun_never_begins(world):
    now = clock.current().now()
    coming = api.name_stand_in(
        SYSTEM,
        kind=StandInKind.DEPUTY,
        for_post_id=world.deputy,
        by_post_id=world.finance,
        from_at=now + timedelta(days=1),
        until_at=now + timedelta(days=3),
    )
    api.end_stand_in(SYSTEM, stand_in_id=coming)
    (row,) = [each for each in api.stand_ins_of([world.deputy]) if each.id == coming]
    assert row.over(now)
    assert row.never_began()
    finance = api.actor_for(world.users["finance"], None)
    assert finance is not None
    assert coming not in {each.id for each in api.stand_ins(finance)}
    with pytest.raises(Refused):
        api.end_stand_in(SYSTEM, stand_in_id=coming)
    with clock.use(clock.FakeClock(now + timedelta(days=2))):
        assert api.actor_for(world.users["finance"], coming) is None
    api.name_stand_in(  # the time is free again
        SYSTEM,
        kind=StandInKind.DEPUTY,
        for_post_id=world.deputy,
        by_post_id=world.finance,
        from_at=now + timedelta(days=1),
        until_at=now + timedelta(days=3),
    )
