"""Dehyaris: made in one deed, changed, found by their villages, hosting a counter."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import (
    SYSTEM,
    CounterKind,
    Right,
    SeatKind,
)
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.directory.contracts.dehyaris import DehyariFilter
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, Refused
from tests.directory.villages import COUNTY, county, dehyari


@pytest.fixture
def place() -> SimpleNamespace:
    return county()


def test_one_deed_makes_an_office_that_one_person_runs(place):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, place.cham, full_name="رضا نمونه")
    view = api.dehyari(made)
    assert (view.name, view.superior, view.dehyar) == ("دهیاری سراب", "بخشداری مرکزی", "رضا نمونه")
    assert sorted(each.name for each in view.villages) == ["سراب نمونه", "چم نمونه"]
    assert (view.counter_id, view.at_counter) == (None, False)
    user = api.user_named("dehyar-d1")
    (seat,) = api.seats(user.id)
    actor = api.actor_for(user.id, seat.id)
    assert actor is not None
    assert actor.rights == {
        Right.CARTABLE,
        Right.SECRETARIAT,
        Right.SIGN,
        Right.INITIAL,
        Right.REFER_FREE,
        Right.DISPATCH,
    }
    assert actor.office == api.default_secretariat(made)


def test_a_dehyar_who_hosts_a_counter_has_two_seats(place):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, full_name="رضا نمونه", hosts=True)
    view = api.dehyari(made)
    assert view.counter_id is not None
    assert view.at_counter
    counter = api.counter(view.counter_id)
    assert (counter.kind, counter.division_id) == (CounterKind.RURAL_ICT, place.sarab)
    host = api.host_of(view.counter_id)
    assert host is not None
    assert (host.id, host.name) == (made, "دهیاری سراب")
    kinds = {seat.kind for seat in api.seats(api.user_named("dehyar-d1").id)}
    assert kinds == {SeatKind.POST, SeatKind.COUNTER}


def test_a_village_has_one_dehyari_at_most_and_what_a_closed_one_served_is_free(place):
    first = dehyari(place, "d1", "دهیاری سراب", place.sarab)
    with pytest.raises(Refused) as refused:
        dehyari(place, "d2", "دهیاری چم", place.cham, place.sarab)
    assert refused.value.fields["villages"].params["dehyari"] == "دهیاری سراب"
    api.close_agency(SYSTEM, agency_id=first)
    second = dehyari(place, "d2", "دهیاری چم", place.cham, place.sarab)
    assert len(api.dehyari(second).villages) == 2
    assert api.dehyari_figures().dehyaris == 1


def test_only_a_village_is_served_and_only_an_office_stands_over_it(place):
    with pytest.raises(Invalid) as refused:
        dehyari(place, "d1", "دهیاری", place.rural)
    assert "villages" in refused.value.fields
    first = dehyari(place, "d1", "دهیاری سراب", place.sarab)
    with pytest.raises(Invalid) as refused:
        dehyari(place, "d2", "دهیاری چم", place.cham, superior_id=first)
    assert "superior" in refused.value.fields
    with pytest.raises(Invalid):
        dehyari(place, "d3", "دهیاری")


def test_it_is_found_by_the_villages_that_it_serves_now(place):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, place.cham)
    (hit,) = api.find_agencies("چم")
    assert (hit.id, hit.hint) == (made, "روستای چم نمونه")
    api.change_dehyari(
        SYSTEM, dehyari_id=made, superior_id=place.district_office, village_ids=[place.sarab]
    )
    assert api.find_agencies("چم") == []
    assert [row.name for row in api.villages("چم").rows] == ["چم نمونه"]


def test_a_village_that_is_renamed_is_found_by_its_name_of_now(place, tmp_path):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, place.cham)
    path = tmp_path / "geo.csv"
    path.write_text(
        "OSTAN,OSTANNAME,SHAHRESTAN,SHAHRESTANNAME,BAKHSH,BAKHSHNAME,DEHESTAN,DEHESTANNAME,"
        "SHAHR,SHAHRNAME,ABADI,ABADINAME\n"
        f"99,استان نمونه,01,{COUNTY},01,مرکزی,0001,دهستان نمونه,,,000002,بهارستان نمونه\n",
        "utf-8",
    )
    api.import_divisions(SYSTEM, path)
    assert api.find_agencies("چم") == []
    assert [hit.id for hit in api.find_agencies("بهارستان")] == [made]
    assert [hit.id for hit in api.find_agencies("سراب")] == [made]


def test_the_figures_say_how_many_villages_have_none(place):
    dehyari(place, "d1", "دهیاری سراب", place.sarab, place.cham, full_name="رضا نمونه", hosts=True)
    dehyari(place, "d2", "دهیاری گل", place.gol)
    told = api.dehyari_figures()
    assert (told.dehyaris, told.vacant, told.hosting) == (2, 1, 1)
    assert (told.villages, told.served, told.without) == (4, 3, 1)
    (alone,) = api.villages().rows
    assert (alone.name, alone.place) == ("تنگ نمونه", ("دهستان نمونه", "مرکزی", COUNTY))
    names = {only: [row.name for row in api.dehyaris(only=only).rows] for only in DehyariFilter}
    assert names == {
        DehyariFilter.ALL: ["دهیاری سراب", "دهیاری گل"],
        DehyariFilter.VACANT: ["دهیاری گل"],
        DehyariFilter.HOSTING: ["دهیاری سراب"],
        DehyariFilter.NOT_HOSTING: ["دهیاری گل"],
    }
    (row,) = api.dehyaris("چم").rows
    assert set(row.villages) == {"سراب نمونه", "چم نمونه"}
    beside = {row.name: row.dehyari_name for row in api.villages_beside(place.tang)}
    assert beside == {
        "سراب نمونه": "دهیاری سراب",
        "چم نمونه": "دهیاری سراب",
        "گل نمونه": "دهیاری گل",
        "تنگ نمونه": "",
    }


def test_the_office_over_a_place_is_the_nearest_one(place):
    near = api.superior_near(place.sarab)
    assert near is not None
    assert near.name == "بخشداری مرکزی"
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab)
    over = api.superior_of(made)
    assert over is not None
    assert over.id == place.district_office
    assert api.superior_of(place.district_office) is None


def test_groups_of_dehyaris_are_offered_where_there_are_any(place):
    def groups(agency: UUID) -> dict[BodiesKind, int]:
        return {
            row.bodies.kind: row.size
            for row in api.bodies_below(agency)
            if row.bodies.agency_id == agency
        }

    assert groups(place.county_office) == {BodiesKind.BELOW: 1}
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab)
    dehyari(place, "d2", "دهیاری چم", place.cham)
    assert groups(place.county_office) == {
        BodiesKind.BELOW: 3,
        BodiesKind.OFFICES: 1,
        BodiesKind.DEHYARIS: 2,
    }
    assert groups(place.district_office) == {BodiesKind.DEHYARIS: 2}
    name, some = api.bodies_in(
        place.county_office, Bodies(BodiesKind.DEHYARIS, place.county_office)
    )
    assert name == "دهیاری‌های زیرمجموعهٔ فرمانداری نمونه"
    assert [body.name for body in some] == ["دهیاری سراب", "دهیاری چم"]
    _name, others = api.bodies_in(
        place.county_office, Bodies(BodiesKind.OFFICES, place.county_office)
    )
    assert [body.name for body in others] == ["بخشداری مرکزی"]
    assert made in {body.agency_id for body in some}


def test_a_new_dehyar_takes_the_former_ones_place_at_the_counter(place):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, full_name="رضا نمونه")
    with pytest.raises(Forbidden):
        api.host_counter(_nobody(), dehyari_id=made)
    counter = api.host_counter(SYSTEM, dehyari_id=made)
    former = api.user_named("dehyar-d1").id
    helper = api.add_user(SYSTEM, username="helper", full_name="همکار نمونه")
    api.add_clerk(SYSTEM, counter_id=counter, user_id=helper)
    new = api.add_user(SYSTEM, username="new", full_name="زهرا نمونه")
    api.seat_holder(SYSTEM, post_id=api.dehyari(made).post_id, user_id=new)
    assert not api.dehyari(made).at_counter
    assert api.host_counter(SYSTEM, dehyari_id=made) == counter
    assert api.dehyari(made).at_counter
    working = {row.user_id for row in api.clerks_of(counter) if row.until_at is None}
    assert working == {new, helper}
    assert former not in working


def test_a_counter_that_stands_already_is_hosted_by_one_dehyari(place):
    counter = api.add_counter(SYSTEM, code="15-0001", name="دفتر نمونه")
    first = dehyari(place, "d1", "دهیاری سراب", place.sarab, full_name="رضا نمونه")
    second = dehyari(place, "d2", "دهیاری چم", place.cham)
    assert api.host_counter(SYSTEM, dehyari_id=first, counter_id=counter) == counter
    assert api.dehyari(first).at_counter
    with pytest.raises(Refused) as refused:
        api.host_counter(SYSTEM, dehyari_id=second, counter_id=counter)
    assert refused.value.fields["counter"].params["dehyari"] == "دهیاری سراب"
    api.close_agency(SYSTEM, agency_id=first)
    assert api.host_counter(SYSTEM, dehyari_id=second, counter_id=counter) == counter
    host = api.host_of(counter)
    assert host is not None
    assert host.id == second


def test_the_dehyars_post_stays_as_long_as_the_dehyari_is_open(place):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab)
    post = api.dehyari(made).post_id
    with pytest.raises(Refused, match="dehyar-post"):
        api.close_post(SYSTEM, post_id=post)
    api.close_agency(SYSTEM, agency_id=made)
    api.close_post(SYSTEM, post_id=post)


def test_what_was_made_is_on_record_without_names(place):
    dehyari(place, "d1", "دهیاری سراب", place.sarab, full_name="رضا نمونه", hosts=True)
    (entry,) = [each for each in journal.entries() if each.kind == "dehyari.added"]
    assert entry.fields["code"] == "d1"
    assert entry.fields["villages"] == [str(place.sarab)]
    assert "رضا" not in str(entry.fields)


def _nobody() -> Any:
    user = api.add_user(SYSTEM, username="nobody", full_name="هیچ نمونه")
    return api.actor_for(user, None) or api.seatless(user)
