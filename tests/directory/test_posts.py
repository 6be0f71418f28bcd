from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, Right
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.kernel.ids import new_id
from tests.directory.conftest import person


def reach(world, name: str, q: str = "") -> set[str]:
    actor = api.actor_for(world.users[name], None)
    assert actor is not None
    found = api.posts_for_referral(actor, q)
    assert all(api.may_refer(actor, ref.id) for ref in found)
    inside = {ref.id for ref in found}
    everywhere = [*inside, actor.post_id or new_id(), world.power_head, new_id()]
    with CaptureQueriesContext(connection) as queries:
        assert api.may_refer_to(actor, everywhere) == inside
    assert len(queries) <= 1
    return {ref.title for ref in found}


def test_a_superior_refers_down_the_chart_at_any_depth(world):
    assert "کارشناس شبکه" in reach(world, "head")


def test_along_the_chart_goes_up_one_step_aside_and_down(world):
    assert reach(world, "deputy") == {
        "مدیرعامل",
        "معاون مالی",
        "متصدی دبیرخانه",
        "کارشناس شبکه",
    }
    assert reach(world, "expert") == {"معاون بهره‌برداری"}


def test_the_secretariat_refers_to_anybody_in_the_agency_and_nobody_outside(world):
    assert reach(world, "registrar") == {
        "مدیرعامل",
        "معاون بهره‌برداری",
        "معاون مالی",
        "کارشناس شبکه",
    }


def test_free_referral_is_a_flag_of_the_post(world):
    api.change_post(SYSTEM, post_id=world.expert, can_refer_free=True)
    assert "مدیرعامل" in reach(world, "expert")
    actor = api.actor_for(world.users["expert"], None)
    assert actor is not None
    assert Right.REFER_FREE in actor.rights
    assert not api.may_refer(actor, world.power_head)
    assert not api.may_refer(actor, world.expert)
    assert not api.may_refer(actor, new_id())


def test_a_referral_goes_to_no_closed_post(world):
    api.close_post(SYSTEM, post_id=world.finance)
    assert "معاون مالی" not in reach(world, "registrar")


def test_words_of_title_or_holder_narrow_the_list(world):
    assert reach(world, "registrar", "مالي") == {"معاون مالی"}
    assert reach(world, "registrar", "expert نمونه") == {"کارشناس شبکه"}
    assert reach(world, "registrar", "هیچ‌کس") == set()


def test_a_clerk_at_a_counter_refers_to_nobody(world):
    assert reach(world, "clerk") == set()


def test_the_present_holder_is_shown_and_a_vacant_post_shows_none(world):
    assert api.post(world.deputy).holder_name == "deputy نمونه"
    api.vacate(SYSTEM, post_id=world.deputy)
    assert api.post(world.deputy).holder_name == ""
    assert [row.holder_id for row in api.post_rows(world.water) if row.id == world.deputy] == [None]


def test_a_post_that_is_to_be_vacated_later_can_be_vacated_sooner(world):
    now = clock.current().now()
    api.vacate(SYSTEM, post_id=world.deputy, until_at=now + timedelta(days=30))
    assert api.post(world.deputy).holder_name == "deputy نمونه"
    sooner = now + timedelta(days=2)
    api.vacate(SYSTEM, post_id=world.deputy, until_at=sooner)
    assert [row.until_at for row in api.holders_of(world.deputy)] == [sooner]
    api.vacate(SYSTEM, post_id=world.deputy)
    assert api.post(world.deputy).holder_name == ""
    assert api.actor_for(world.users["deputy"], world.deputy) is None
    with pytest.raises(Refused, match=r"directory\.vacant"):
        api.vacate(SYSTEM, post_id=world.deputy)


def test_who_leaves_stays_no_longer_than_until_the_successor_comes(world):
    begin = clock.current().now() + timedelta(days=5)
    successor = person("successor")
    api.seat_holder(SYSTEM, post_id=world.deputy, user_id=successor, from_at=begin)
    with pytest.raises(Refused, match=r"directory\.holding-order"):
        api.vacate(SYSTEM, post_id=world.deputy, until_at=begin + timedelta(days=1))
    api.vacate(SYSTEM, post_id=world.deputy)
    after, before = api.holders_of(world.deputy)
    assert (after.user_id, after.from_at, after.until_at) == (successor, begin, None)
    assert before.until_at is not None
    assert before.until_at < begin
    # Now the coming one is the next to be ended: he never begins.
    api.vacate(SYSTEM, post_id=world.deputy, until_at=begin)
    assert api.holders_of(world.deputy)[0].until_at == begin
    with pytest.raises(Refused, match=r"directory\.vacant"):
        api.vacate(SYSTEM, post_id=world.deputy)
    api.seat_holder(SYSTEM, post_id=world.deputy, user_id=world.users["expert"])
    assert api.post(world.deputy).holder_name == "expert نمونه"


def test_closing_a_post_ends_a_holding_that_was_to_end_later(world):
    now = clock.current().now()
    api.vacate(SYSTEM, post_id=world.expert, until_at=now + timedelta(days=30))
    api.close_post(SYSTEM, post_id=world.expert)
    (held,) = api.holders_of(world.expert)
    assert held.until_at is not None
    assert held.until_at < now + timedelta(days=1)


def test_a_new_holder_takes_over_and_history_stays(world):
    successor = person("successor", "جانشین نمونه")
    api.seat_holder(SYSTEM, post_id=world.deputy, user_id=successor, basis="ح/۱۲")
    now, before = api.holders_of(world.deputy)
    assert (now.user_id, now.until_at, now.basis) == (successor, None, "ح/۱۲")
    assert (before.user_id, before.until_at) == (world.users["deputy"], now.from_at)
    assert api.actor_for(world.users["deputy"], world.deputy) is None
    assert api.post(world.deputy).holder_name == "جانشین نمونه"
    with pytest.raises(Refused) as caught:
        api.seat_holder(SYSTEM, post_id=world.deputy, user_id=successor)
    assert caught.value.code == "directory.holds-already"


def test_nobody_is_seated_in_the_past_of_another_holder(world):
    (holding,) = api.holders_of(world.deputy)
    other = person("other")
    with pytest.raises(Refused) as caught:
        api.seat_holder(
            SYSTEM,
            post_id=world.deputy,
            user_id=other,
            from_at=holding.from_at.replace(year=holding.from_at.year - 1),
        )
    assert caught.value.code == "directory.holding-order"


def test_a_closed_post_and_a_closed_login_are_not_joined(world):
    user = person("closed")
    api.close_post(SYSTEM, post_id=world.expert)
    with pytest.raises(Refused, match=r"directory\.post-closed"):
        api.seat_holder(SYSTEM, post_id=world.expert, user_id=user)
    api.deactivate_user(SYSTEM, user_id=user)
    with pytest.raises(Refused, match=r"directory\.user-inactive"):
        api.seat_holder(SYSTEM, post_id=world.finance, user_id=user)


def test_a_post_with_open_posts_under_it_is_not_closed(world):
    with pytest.raises(Refused, match=r"directory\.has-children"):
        api.close_post(SYSTEM, post_id=world.head)


def test_the_chart_is_kept_by_administrators_alone(world):
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden, match=r"directory\.no-right"):
        api.add_post(head, secretariat_id=world.office, title="نو")
    with pytest.raises(NotFound, match=r"directory\.no-secretariat"):
        api.add_post(SYSTEM, secretariat_id=world.water, title="نو")


def test_offices_are_found_by_one_id_whatever_they_are(world):
    found = api.offices([world.office, world.counter, new_id()])
    assert found[world.office].agency_name == "شرکت آب و فاضلاب استان"
    assert found[world.counter].name == "پیشخوان نمونهٔ ۱"
    assert len(found) == 2
    assert api.default_secretariat(world.water).id == world.office
    local = api.add_secretariat(SYSTEM, agency_id=world.water, name="محلی", is_default=True)
    assert [ref.id for ref in api.offices_of_agency(world.water)] == [local, world.office]
    assert api.default_secretariat(world.water).id == local
    api.close_agency(SYSTEM, agency_id=world.water)
    with pytest.raises(NotFound, match=r"directory\.no-secretariat"):
        api.default_secretariat(world.water)
    with pytest.raises(NotFound, match=r"directory\.no-office"):
        api.office(world.water)


@pytest.mark.parametrize("q", ["", "مدیر", "الف ب پ"])
def test_lists_cost_one_query_however_long(world, q):
    actor = api.actor_for(world.users["registrar"], None)
    assert actor is not None
    with CaptureQueriesContext(connection) as queries:
        api.posts_for_referral(actor, q)
    assert len(queries) == 1
    with CaptureQueriesContext(connection) as queries:
        api.posts_of_agency(world.water)
        api.post_rows(world.water)
    assert len(queries) == 2
