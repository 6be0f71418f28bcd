from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, ClerkRole, CounterKind, DivisionLevel
from pishkhan.directory.models import Holding
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.directory.conftest import person


def test_a_counter_has_licence_hours_place_and_line():
    api.add_provinces(SYSTEM)
    place = api.division_by_code("15").id
    hours = {"sat": [["08:00", "13:00"], ["16:00", "19:30"]], "thu": [["08:00", "12:00"]]}
    counter = api.add_counter(
        SYSTEM,
        code="15-7",
        name="پیشخوان روستای نمونه",
        kind=CounterKind.RURAL_ICT,
        licence_number="۷۲۱",
        licence_from=date(2026, 3, 21),
        licence_until=date(2029, 3, 20),
        division_id=place,
        address="بخش مرکزی، روستای نمونه",
        phone="06612345678",
        hours=hours,
        lat=33.48,
        lon=48.35,
        connected=False,
    )
    view = api.counter(counter)
    assert (view.kind, view.hours, view.connected) == (CounterKind.RURAL_ICT, hours, False)
    assert (view.division_name, view.lat, view.licence_until) == (
        "لرستان",
        33.48,
        date(2029, 3, 20),
    )


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("hours", {"hours": {"sat": [["14:00", "08:00"]]}}),
        ("hours", {"hours": {"sat": [["08:00", "14:00"], ["13:00", "15:00"]]}}),
        ("hours", {"hours": {"someday": []}}),
        ("hours", {"hours": {"sat": "08:00"}}),
        ("hours", {"hours": {"sat": [["8", "25:00"]]}}),
        ("lat", {"lat": 91.0}),
        ("lon", {"lon": float("nan")}),
        ("lon", {"lat": 33.5}),
        ("lat", {"lon": 48.3}),
        ("licence_until", {"licence_from": date(2026, 1, 2), "licence_until": date(2026, 1, 1)}),
        ("name", {"name": "   "}),
        ("name", {"name": "ن" * 201}),
        ("address", {"address": "\ud800"}),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(field, given):
    with pytest.raises(Invalid) as caught:
        api.add_counter(SYSTEM, **{"code": "c", "name": "n", **given})
    assert set(caught.value.fields) == {field}
    assert api.counters().rows == ()


def test_a_change_touches_only_what_is_given_and_is_on_record(world):
    before = api.counter(world.counter)
    api.change_counter(SYSTEM, counter_id=world.counter, connected=False, licence_number="ل-۲")
    after = api.counter(world.counter)
    assert (after.connected, after.licence_number) == (False, "ل-۲")
    assert (after.name, after.code, after.active) == (before.name, before.code, True)
    entry = journal.entries_of(world.counter)[-1]
    assert (entry.kind, entry.fields["changed"]) == (
        "counter.changed",
        ["connected", "licence_number"],
    )


def test_what_may_be_empty_is_cleared_by_a_change(world):
    place = api.add_division(SYSTEM, code="15", level=DivisionLevel.PROVINCE, name="لرستان")
    full: dict[str, Any] = {
        "licence_from": date(2026, 1, 1),
        "licence_until": date(2027, 1, 1),
        "division_id": place,
        "address": "میدان",
        "phone": "0661",
        "hours": {"sat": [["08:00", "14:00"]]},
        "lat": 33.5,
        "lon": 48.3,
    }
    api.change_counter(SYSTEM, counter_id=world.counter, **full)
    empty: dict[str, Any] = dict.fromkeys(full) | {"address": "", "phone": "", "hours": {}}
    api.change_counter(SYSTEM, counter_id=world.counter, **empty)
    after = api.counter(world.counter)
    assert {name: getattr(after, name) for name in full} == empty
    assert (after.name, after.licence_number) == ("پیشخوان نمونهٔ ۱", "ل-۱")
    assert journal.entries_of(world.counter)[-1].fields["changed"] == sorted(full)


def test_half_a_place_is_refused_also_by_a_change(world):
    api.change_counter(SYSTEM, counter_id=world.counter, lat=33.5, lon=48.3)
    with pytest.raises(Invalid) as caught:
        api.change_counter(SYSTEM, counter_id=world.counter, lat=None)
    assert set(caught.value.fields) == {"lat"}
    assert api.counter(world.counter).lat == 33.5


def test_a_licence_cannot_be_shortened_past_its_beginning(world):
    api.change_counter(SYSTEM, counter_id=world.counter, licence_from=date(2026, 5, 1))
    with pytest.raises(Invalid):
        api.change_counter(SYSTEM, counter_id=world.counter, licence_until=date(2026, 4, 1))
    assert api.counter(world.counter).licence_until is None


def test_several_clerks_work_at_one_counter_and_leave_one_by_one(world):
    other = person("other")
    api.add_clerk(SYSTEM, counter_id=world.counter, user_id=other, role=ClerkRole.MANAGER)
    with pytest.raises(Refused, match=r"directory\.holds-already"):
        api.add_clerk(SYSTEM, counter_id=world.counter, user_id=other)
    api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=world.users["clerk"])
    assert api.seats(world.users["clerk"]) == []
    assert [seat.id for seat in api.seats(other)] == [world.counter]
    assert [row.role for row in api.clerks_of(world.counter)] == ["manager", "clerk"]
    with pytest.raises(NotFound):
        api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=world.users["clerk"])
    api.add_clerk(SYSTEM, counter_id=world.counter, user_id=world.users["clerk"])
    assert len(api.clerks_of(world.counter)) == 3


def test_a_clerk_whose_work_is_to_end_later_is_removed_sooner(world):
    user = world.users["clerk"]
    now = clock.current().now()
    with journal.act() as act:  # no deed sets such an end
        Holding.objects.filter(user_id=user).update(until_at=now + timedelta(days=30))
        act.append("clerk.limited", subject=world.counter, actor=SYSTEM.ref)
    assert api.actor_for(user, world.counter) is not None
    api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=user)
    assert api.actor_for(user, world.counter) is None
    (held,) = api.clerks_of(world.counter)
    assert held.until_at is not None
    assert held.until_at < now + timedelta(days=1)
    with pytest.raises(NotFound, match=r"directory\.no-clerk"):
        api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=user)


def test_a_clerk_who_was_to_come_is_removed_before_he_begins(world):
    other, begin = person("other"), clock.current().now() + timedelta(days=3)
    api.add_clerk(SYSTEM, counter_id=world.counter, user_id=other, from_at=begin)
    api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=other)
    (held,) = api.holdings_of(other)
    assert (held.from_at, held.until_at) == (begin, begin)
    with pytest.raises(NotFound, match=r"directory\.no-clerk"):
        api.remove_clerk(SYSTEM, counter_id=world.counter, user_id=other)


def test_nobody_is_seated_at_a_closed_counter(world):
    api.change_counter(SYSTEM, counter_id=world.counter, active=False)
    with pytest.raises(Refused, match=r"directory\.counter-closed"):
        api.add_clerk(SYSTEM, counter_id=world.counter, user_id=world.users["head"])


def test_counters_are_paged_by_name(world):
    for n in range(2, 8):
        api.add_counter(SYSTEM, code=f"15-000{n}", name=f"پیشخوان نمونهٔ {n}")
    first = api.counters("نمونه", limit=4)
    rest = api.counters("نمونه", after=first.next, limit=4)
    assert [row.code[-1] for row in (*first.rows, *rest.rows)] == list("1234567")
    assert rest.next is None


def test_a_clerk_changes_nothing_about_his_counter(world):
    clerk = api.actor_for(world.users["clerk"], None)
    assert clerk is not None
    with pytest.raises(Forbidden):
        api.change_counter(clerk, counter_id=world.counter, connected=False)
    with pytest.raises(Forbidden):
        api.add_counter(clerk, code="x", name="x")


def test_counters_are_found_by_county_kind_and_line():
    api.add_provinces(SYSTEM)
    province = api.division_by_code("15").id
    levels = (
        ("1501", DivisionLevel.COUNTY),
        ("150101", DivisionLevel.DISTRICT),
        ("1501010001", DivisionLevel.RURAL_DISTRICT),
        ("1501010001000001", DivisionLevel.VILLAGE),
    )
    places, above = {}, province
    for code, level in levels:
        above = api.add_division(SYSTEM, code=code, level=level, name=code, parent_id=above)
        places[level] = above
    other = api.add_division(
        SYSTEM, code="1502", level=DivisionLevel.COUNTY, name="دیگر", parent_id=province
    )
    village = api.add_counter(
        SYSTEM,
        code="a",
        name="الف",
        kind=CounterKind.RURAL_ICT,
        division_id=places[DivisionLevel.VILLAGE],
        connected=False,
    )
    town = api.add_counter(SYSTEM, code="b", name="ب", division_id=places[DivisionLevel.COUNTY])
    api.add_counter(SYSTEM, code="c", name="پ", division_id=other)

    def found(**by: Any) -> list[UUID]:
        return [row.id for row in api.counters(**by).rows]

    assert found(division_id=places[DivisionLevel.COUNTY]) == [village, town]
    assert len(found(division_id=province)) == 3
    assert found(division_id=places[DivisionLevel.VILLAGE]) == [village]
    assert found(kind=CounterKind.RURAL_ICT) == [village]
    assert found(connected=False, division_id=province) == [village]
    assert found(connected=True, division_id=places[DivisionLevel.COUNTY]) == [town]
