"""Deputies, office chiefs, signers per pro: who may name them, for how long, for whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, Right, SeatKind
from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from tests.directory.conftest import person

NOW = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def fake():
    with clock.use(clock.FakeClock(NOW)) as _:
        yield clock.current()


@pytest.fixture
def world(fake, world):
    """The posts' holders sit since a moment before: the province is made under the same clock."""
    return world


def actor(world, name: str):
    found = api.actor_for(world.users[name], None)
    assert found is not None
    return found


def deputise(world, by="finance", whom="deputy", until=NOW + WEEK, **more):
    return api.name_stand_in(
        actor(world, whom),
        kind=StandInKind.DEPUTY,
        for_post_id=getattr(world, whom),
        by_post_id=getattr(world, by),
        until_at=until,
        **more,
    )


def test_the_deputy_has_a_seat_with_the_posts_rights_and_his_own_name(world):
    made = deputise(world)
    seats = api.seats(world.users["finance"])
    assert [(seat.id, seat.hand) for seat in seats] == [
        (world.finance, None),
        (made, StandInKind.DEPUTY),
    ]
    assert (seats[1].kind, seats[1].label, seats[1].until_at) == (
        SeatKind.POST,
        "معاون بهره‌برداری",
        NOW + WEEK,
    )
    with CaptureQueriesContext(connection) as queries:
        acting = api.actor_for(world.users["finance"], made)
    assert len(queries) == 2
    assert acting is not None
    assert acting.hand is not None
    assert (acting.label, acting.post_id, acting.own_post_id) == (
        "finance نمونه",
        world.deputy,
        world.finance,
    )
    assert acting.rights == actor(world, "deputy").rights
    assert acting.ref == f"post:{world.deputy}@deputy:{world.finance}"
    assert acting.title_line == "معاون بهره‌برداری (معاون مالی)"
    assert acting.seat_id == made


def test_his_own_seat_stays_the_first(world):
    deputise(world)
    assert actor(world, "finance").post_id == world.finance


@pytest.mark.parametrize("days", [-1, 7, 8])
def test_outside_its_period_nothing_is_open(world, fake, days):
    made = deputise(world, from_at=NOW, until=NOW + WEEK)
    fake.advance(timedelta(days=days))
    assert api.actor_for(world.users["finance"], made) is None
    assert made not in {seat.id for seat in api.seats(world.users["finance"])}


def test_a_coming_period_opens_nothing_before_its_first_moment(world, fake):
    made = deputise(world, from_at=NOW + timedelta(days=1))
    assert api.actor_for(world.users["finance"], made) is None
    fake.advance(timedelta(days=1))
    assert api.actor_for(world.users["finance"], made) is not None


def test_the_seat_is_the_deputys_alone(world):
    made = deputise(world)
    for name in ("head", "deputy", "expert", "registrar", "clerk"):
        assert api.actor_for(world.users[name], made) is None, name


def test_who_leaves_the_deputys_post_leaves_the_seat_and_his_heir_has_it(world):
    made = deputise(world)
    heir = person("heir")
    api.seat_holder(SYSTEM, post_id=world.finance, user_id=heir)
    assert api.actor_for(world.users["finance"], made) is None
    assert api.actor_for(heir, made) is not None
    api.deactivate_user(SYSTEM, user_id=heir)
    assert api.actor_for(heir, made) is None


@pytest.mark.parametrize("closed", ["expert", "finance"])
def test_a_closed_post_has_no_deputy_and_is_none(world, closed):
    made = deputise(world, whom="expert")
    api.close_post(SYSTEM, post_id=getattr(world, closed))
    assert api.actor_for(world.users["finance"], made) is None


def test_a_deputy_without_signing_has_every_other_right(world):
    made = api.name_stand_in(
        actor(world, "head"),
        kind=StandInKind.DEPUTY,
        for_post_id=world.head,
        by_post_id=world.deputy,
        until_at=NOW + WEEK,
        scope=StandInScope.NO_SIGNING,
    )
    acting = api.actor_for(world.users["deputy"], made)
    assert acting is not None
    assert acting.rights == actor(world, "head").rights - {Right.SIGN}


def test_an_office_chief_has_the_cartable_and_no_right_that_binds(world):
    made = api.name_stand_in(
        actor(world, "head"),
        kind=StandInKind.CHIEF,
        for_post_id=world.head,
        by_post_id=world.clerk_post,
    )
    chief = api.actor_for(world.users["registrar"], made)
    assert chief is not None
    assert chief.is_chief
    assert chief.rights == {Right.CARTABLE, Right.REFER_FREE}


def test_who_signs_per_pro_stays_at_his_own_desk(world):
    made = api.name_stand_in(
        actor(world, "head"),
        kind=StandInKind.PER_PRO,
        for_post_id=world.head,
        by_post_id=world.deputy,
    )
    assert api.actor_for(world.users["deputy"], made) is None
    [leave] = api.signs_per_pro_for(actor(world, "deputy"))
    assert (leave.for_post_id, leave.for_holder) == (world.head, "head نمونه")
    assert api.signs_per_pro_for(actor(world, "finance")) == []
    assert api.post(world.deputy).per_pro
    assert not api.post(world.finance).per_pro
    api.change_post(SYSTEM, post_id=world.head, can_sign=False)
    assert api.signs_per_pro_for(actor(world, "deputy")) == []
    assert not api.post(world.deputy).per_pro


@pytest.mark.parametrize("who", ["head", "deputy"])
def test_the_holder_and_the_one_over_him_name_a_deputy(world, who):
    api.name_stand_in(
        actor(world, who),
        kind=StandInKind.DEPUTY,
        for_post_id=world.deputy,
        by_post_id=world.finance,
        until_at=NOW + WEEK,
    )


def test_the_administrator_names_one(world):
    api.name_stand_in(
        SYSTEM,
        kind=StandInKind.DEPUTY,
        for_post_id=world.deputy,
        by_post_id=world.finance,
        until_at=NOW + WEEK,
    )


@pytest.mark.parametrize("who", ["finance", "expert", "registrar", "clerk"])
def test_nobody_else_names_one(world, who):
    with pytest.raises(Forbidden) as refused:
        api.name_stand_in(
            actor(world, who),
            kind=StandInKind.DEPUTY,
            for_post_id=world.deputy,
            by_post_id=world.finance,
            until_at=NOW + WEEK,
        )
    assert refused.value.code == "directory.not-your-post"


def test_a_deputy_names_no_deputy_of_his_own(world):
    acting = api.actor_for(world.users["finance"], deputise(world))
    assert acting is not None
    with pytest.raises(Forbidden):
        api.name_stand_in(
            acting,
            kind=StandInKind.DEPUTY,
            for_post_id=world.deputy,
            by_post_id=world.expert,
            until_at=NOW + 2 * WEEK,
            from_at=NOW + WEEK,
        )


def test_a_post_has_one_deputy_at_a_time(world, fake):
    made = deputise(world)
    with pytest.raises(Refused) as refused:
        deputise(world, by="expert", from_at=NOW + timedelta(days=6), until=NOW + 2 * WEEK)
    assert refused.value.code == "directory.stands-in-already"
    deputise(world, by="expert", from_at=NOW + WEEK, until=NOW + 2 * WEEK)
    api.end_stand_in(actor(world, "deputy"), stand_in_id=made)
    fake.advance(timedelta(minutes=1))
    deputise(world, by="expert", until=NOW + timedelta(days=2))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"until": None}, "until"),
        ({"until": NOW}, "until"),
        ({"until": NOW + timedelta(days=400)}, "until"),
        ({"from_at": NOW - timedelta(minutes=1)}, "from"),
        ({"by": "deputy"}, "by"),
        ({"by": "power_head"}, "by"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(world, given, field):
    with pytest.raises(Invalid) as refused:
        deputise(world, **given)
    assert set(refused.value.fields) == {field}


def test_a_vacant_post_stands_in_for_nobody(world):
    api.vacate(SYSTEM, post_id=world.finance)
    with pytest.raises(Refused) as refused:
        deputise(world)
    assert refused.value.code == "directory.vacant"


def test_nobody_signs_per_pro_for_a_post_that_does_not_sign(world):
    with pytest.raises(Refused) as refused:
        api.name_stand_in(
            actor(world, "deputy"),
            kind=StandInKind.PER_PRO,
            for_post_id=world.deputy,
            by_post_id=world.expert,
        )
    assert refused.value.code == "directory.cannot-sign"


def test_both_see_it_and_nobody_else_does(world):
    made = deputise(world)
    for name in ("deputy", "finance"):
        assert [row.id for row in api.stand_ins(actor(world, name))] == [made]
    for name in ("head", "expert", "clerk"):
        assert api.stand_ins(actor(world, name)) == []


def test_naming_is_an_entry_with_both_posts(world):
    made = deputise(world)
    [entry] = [e for e in journal.entries_of(world.deputy) if e.kind == "post.stand_in_named"]
    assert entry.fields["by"] == str(world.finance)
    assert entry.fields["stand_in"] == str(made)


def test_an_unknown_stand_in_is_not_found(world):
    with pytest.raises(NotFound):
        api.end_stand_in(actor(world, "deputy"), stand_in_id=new_id())
