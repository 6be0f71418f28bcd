"""Dehyaris on the screens: made in one, taken in from a list, and worked in by one person."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, NameKind
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, NewLetter, Purpose
from pishkhan.letters.contracts.circulars import CircularFolder
from pishkhan.web.admin import words
from tests.directory.villages import county, dehyari
from tests.letters.circular import came, sent
from tests.letters.dehyari import village
from tests.letters.world import World, drain, refer
from tests.web import tus
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place() -> SimpleNamespace:
    return county()


@pytest.fixture
def admin(place: SimpleNamespace) -> Client:
    user = directory.add_user(SYSTEM, username="keeper", full_name="سرپرست نمونه", language="en")
    directory.add_administrator(SYSTEM, user_id=user)
    actor = directory.actor_for(user, None)
    assert actor is not None
    return tus.logged_in(actor)


def page_of(client: Client, name: str, *args: UUID, query: str = "") -> str:
    answer = client.get(reverse(f"admin:{name}", args=args) + query)
    assert answer.status_code == 200
    return text(answer)


def test_one_screen_makes_the_dehyari_with_all_that_belongs_to_it(place, admin):
    assert "No dehyari yet" in page_of(admin, "dehyaris")
    without = page_of(admin, "villages")
    assert "4 of 4" in without
    form = reverse("admin:dehyari-add") + f"?village={place.sarab}"
    assert form in without
    drawn = text(admin.get(form))
    assert "دهیاری سراب نمونه" in drawn
    assert str(place.district_office) in drawn
    assert drawn.count('name="villages"') == 4
    given: dict[str, Any] = {
        "name": "دهیاری سراب",
        "code": "d1",
        "superior": str(place.district_office),
        "villages": [str(place.sarab), str(place.cham)],
        "full_name": "رضا نمونه",
        "hosts": "1",
    }
    refused = admin.post(form, given | {"superior": "", "name": "دهیاری دیگر"})
    assert refused.status_code == 422
    assert "دهیاری دیگر" in text(refused)
    made = admin.post(form, given)
    assert made.status_code == 302
    shown = text(admin.get(made["Location"]))
    assert "رضا نمونه" in shown
    assert "پیشخوان دهیاری سراب" in shown
    (row,) = directory.dehyaris().rows
    view = directory.dehyari(row.id)
    assert view.counter_id is not None
    assert "hosted by" in page_of(admin, "counter", view.counter_id)
    assert "This is a dehyari." in page_of(admin, "agency", row.id)
    assert "دهیاری سراب" not in page_of(admin, "agencies")
    assert "دهیاری سراب" in page_of(admin, "agencies", query="?q=سراب")
    taken = text(admin.get(reverse("admin:dehyari-add") + f"?village={place.gol}"))
    assert taken.count('name="villages"') == 2
    assert "2 of 4" in page_of(admin, "villages")


def test_the_list_tells_villages_counter_and_vacancy(place, admin):
    dehyari(place, "d1", "دهیاری سراب", place.sarab, place.cham, full_name="رضا نمونه", hosts=True)
    dehyari(place, "d2", "دهیاری گل", place.gol)
    listed = page_of(admin, "dehyaris")
    for said in (
        "سراب نمونه, چم نمونه",
        "hosts one",
        "vacant",
        "بخشداری مرکزی",
        "villages served",
        "of 4",
    ):
        assert said in listed
    assert "دهیاری گل" not in page_of(admin, "dehyaris", query="?only=hosting")
    assert "دهیاری سراب" in page_of(admin, "dehyaris", query="?q=چم")
    assert "No dehyari is like that." in page_of(admin, "dehyaris", query="?q=تنگ")


def test_villages_and_superior_are_changed_and_a_counter_comes_later(place, admin):
    made = dehyari(place, "d1", "دهیاری سراب", place.sarab, full_name="رضا نمونه")
    other = dehyari(place, "d2", "دهیاری گل", place.gol)
    edit = reverse("admin:dehyari-change", args=[made, "edit"])
    given = {"superior": str(place.county_office), "further": str(place.tang)}
    admin.post(edit, given | {"villages": [str(place.sarab)]})
    view = directory.dehyari(made)
    assert {row.name for row in view.villages} == {"سراب نمونه", "تنگ نمونه"}
    assert view.superior == "فرمانداری نمونه"
    refused = admin.post(edit, given | {"further": str(place.gol), "villages": [str(place.sarab)]})
    assert refused.status_code == 409
    assert "گل نمونه has a dehyari already: دهیاری گل." in text(refused)
    admin.post(reverse("admin:dehyari-change", args=[other, "host"]))
    assert "It hosts no counter." not in page_of(admin, "dehyari", other)
    assert admin.post(reverse("admin:dehyari-change", args=[other, "other"])).status_code == 404
    found = admin.get(reverse("admin:find-villages") + "?q=گل").json()
    assert [(row["label"], row["hint"]) for row in found] == [("گل نمونه", "دهیاری گل")]


def test_a_list_is_tried_first_and_then_taken_in(place, admin):
    lines = (
        "code,name,villages,superior,dehyar,counter",
        "d1,دهیاری سراب,9901010001000001 9901010001000002,b1,رضا نمونه,yes",
    )

    def sent_in(*more: str, query: str = "") -> str:
        answer: Any = admin.generic(
            "POST",
            reverse("admin:import-dehyaris") + query,
            "\n".join((*lines, *more)).encode(),
            content_type="application/octet-stream",
        )
        last = b"".join(answer.streaming_content).splitlines()[-1]
        return str(json.loads(last)["html"])

    assert "nothing is changed yet" in sent_in()
    assert directory.dehyaris().rows == ()
    told = sent_in("d2,دهیاری گل,77,b1,,no", query="?keep=1")
    assert "There is no village with code 77." in told
    assert directory.dehyaris().rows == ()
    assert "1 are new" in sent_in(query="?keep=1")
    assert [row.code for row in directory.dehyaris().rows] == ["d1"]
    assert "1 as before" in sent_in(query="?keep=1")


def test_only_who_keeps_the_directory_comes_in():
    world = World.make()
    there = village(world)
    for actor in (world.head, there.dehyar):
        browser = sit(actor)
        for name in ("dehyaris", "villages", "dehyari-add", "find-villages"):
            assert browser.get(reverse(f"admin:{name}")).status_code == 403
        assert browser.get(reverse("admin:dehyari", args=[there.agency])).status_code == 403
        for name, args in (("import-dehyaris", []), ("dehyari-change", [there.agency, "host"])):
            assert browser.post(reverse(f"admin:{name}", args=args)).status_code == 403


def test_every_kind_of_name_has_its_word():
    assert set(words.NAMES) == set(NameKind)


def test_the_dehyar_writes_to_the_office_above_unless_he_says_otherwise():
    world = World.make()
    browser = sit(village(world).dehyar)
    form = reverse("secretariat:write")
    drawn = text(browser.get(form))
    assert f'name="agency_id" value="{world.agency}"' in drawn
    assert f'name="agency_id" value="{world.agency}"' not in text(
        sit(world.head).get(reverse("cartable:write"))
    )
    given = {"agency_id": str(world.agency), "recipient": "مدیر", "subject": "راه", "body": "متن"}
    made = browser.post(form, given)
    page = text(browser.get(made["Location"]))
    assert "Sign and send" in page
    assert "Initial the draft" not in page
    letter = UUID(made["Location"].rstrip("/").rpartition("/")[2])
    (draft,) = letters.arrival(_seated(browser), letter).drafts
    sent_on = browser.post(
        reverse("secretariat:send", args=[letter, draft.id]), {"version": "1"}, follow=True
    )
    assert "Signed and sent with number" in text(sent_on)
    drain()
    assert letters.arrivals(world.registrar).rows[0].subject == "راه"


def _seated(browser: Client) -> Actor:
    user = directory.user_named("dehyar-d1").id
    actor = directory.actor_for(user, UUID(browser.session["seat"]))
    assert actor is not None
    return actor


def test_what_came_is_registered_and_answered_by_the_same_person():
    world = World.make()
    there = village(world)
    world.accept(agency_id=there.agency)
    world.accept(agency_id=there.agency, subject="دیگر")
    drain()
    second, first = (row.id for row in letters.arrivals(there.dehyar).rows)
    browser = sit(there.dehyar)
    page = text(browser.get(reverse("secretariat:letter", args=[first])))
    assert "Register and answer" in page
    assert "Refer at once" not in page
    answer = browser.post(reverse("secretariat:register", args=[first]), {"take": "1"})
    assert answer["Location"] == reverse("secretariat:draft-new", args=[first])
    assert browser.get(answer["Location"]).status_code == 200
    browser.post(reverse("secretariat:register", args=[second]))
    page = text(browser.get(reverse("secretariat:letter", args=[second])))
    assert "Answer it myself" in page
    assert 'id="refer"' not in page
    taken = browser.post(reverse("secretariat:take", args=[second]))
    assert taken["Location"] == reverse("secretariat:draft-new", args=[second])


def test_a_circular_is_noted_registered_and_filed_by_one_press():
    world = World.make()
    first, second = village(world, 1), village(world, 2)
    sent(world, Bodies(BodiesKind.DEHYARIS, world.agency))
    letter = came(first.dehyar)
    browser = sit(first.dehyar)
    assert "Take note and file" in text(browser.get(reverse("secretariat:letter", args=[letter])))
    told = browser.post(
        reverse("secretariat:acknowledge", args=[letter]), {"file": "1"}, follow=True
    )
    assert "Note is taken and the circular is filed" in text(told)
    view = letters.arrival(first.dehyar, letter)
    assert view.row.state is ArrivalState.CLOSED
    assert view.row.number_text
    assert letters.circulars(first.dehyar, CircularFolder.WAITING).rows == ()
    other = browser.post(
        reverse("secretariat:acknowledge", args=[came(second.dehyar)]), {"file": "1"}
    )
    assert other.status_code == 404


def test_a_letter_that_asks_nothing_is_registered_and_filed_by_one_press():
    world = World.make()
    there = village(world)
    given = NewLetter(
        agency_id=there.agency, recipient="دهیار محترم", subject="آگاهی", body="برای آگاهی."
    )
    made = letters.begin_letter(world.expert, given)
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    letter = came(there.dehyar)
    browser = sit(there.dehyar)
    assert "Register and file" in text(browser.get(reverse("secretariat:letter", args=[letter])))
    browser.post(reverse("secretariat:register", args=[letter]), {"file": "1"})
    view = letters.arrival(there.dehyar, letter)
    assert view.row.state is ArrivalState.CLOSED
    assert view.row.number_text
