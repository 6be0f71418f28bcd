"""The calendar on its page, at an agency, in deadlines, and in what a citizen is told."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, OfficeRef
from pishkhan.directory.contracts.calendars import Whose
from pishkhan.kernel import clock, jalali
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.kernel.text import persian_digits
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.public import opening
from tests.letters.world import NOON, World, national_id
from tests.web import tus

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/settings/calendar/"


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def admin(world: World) -> Client:
    return tus.logged_in(world.admin)


def office(actor: Actor) -> OfficeRef:
    assert actor.office is not None
    return actor.office


def agency_of(actor: Actor) -> UUID:
    found = office(actor).agency_id
    assert found is not None
    return found


def coming(days: int) -> date:
    return clock.current().now().astimezone(TEHRAN).date() + timedelta(days=days)


def typed(day: date) -> str:
    return "{:04}/{:02}/{:02}".format(*jalali.to_jalali(day))


def test_a_day_is_settled_and_taken_back_on_its_page(admin: Client) -> None:
    day = coming(3)
    given = {"day": persian_digits(typed(day)), "whose": "counters", "works": "0", "name": "برف"}
    done = admin.post(PAGE, given, follow=True).content.decode()
    assert "برف" in done
    assert directory.calendars().of_counters() == {day: False}
    admin.post(PAGE, {"day": typed(day), "whose": "counters", "back": "1"})
    assert directory.calendars().days == ()


def test_a_wrong_day_is_said_at_its_field_and_what_was_typed_stays(admin: Client) -> None:
    for wrong in ("1405/13/40", "", typed(coming(-1))):
        answer = admin.post(PAGE, {"day": wrong, "whose": "all", "works": "0", "name": "برف شب"})
        assert answer.status_code == 422
        assert "برف شب" in answer.content.decode()
    assert directory.calendars().days == ()


def test_an_agency_has_thursdays_and_days_of_its_own(world: World, admin: Client) -> None:
    agency = agency_of(world.head)
    there = reverse("admin:agency-change", args=[agency, "calendar"])
    admin.post(there, {"thursday": "1"})
    admin.post(there, {"day": typed(coming(4)), "works": "0", "name": "انبارگردانی"})
    found = directory.calendars()
    assert found.thursdays == {agency}
    assert found.days[0].agency_id == agency
    page = admin.get(reverse("admin:agency", args=[agency])).content.decode()
    assert "انبارگردانی" in page
    admin.post(there, {"day": typed(coming(4)), "back": "1"})
    admin.post(there, {})
    assert directory.calendars().thursdays == frozenset()
    assert directory.calendars().days == ()


def test_only_an_administrator_keeps_it(world: World) -> None:
    client = tus.logged_in(world.head)
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"day": typed(coming(3)), "name": "برف"}).status_code == 403


def test_deadlines_follow_the_agencys_own_calendar() -> None:
    with clock.use(FakeClock(NOON)):  # a Saturday
        world = World.make()
        _, arrival = world.referred(world.deputy)
        head = tus.logged_in(world.deputy)
        address = reverse("cartable:letter", args=[arrival])
        assert "۵ آذر" not in head.get(address).content.decode()  # a Thursday
        directory.set_thursday(SYSTEM, agency_of(world.deputy), works=True)
        for day in (1, 2, 3):
            directory.settle_day(
                SYSTEM,
                day=NOON.date() + timedelta(days=day),
                whose=Whose.AGENCIES,
                works=False,
                name="برف",
            )
        # Three working days on: Wednesday, Thursday, Saturday.
        assert "۷ آذر" in head.get(address).content.decode()


def test_a_citizen_is_told_when_the_counter_is_open(world: World) -> None:
    counter = directory.counter(office(world.clerk).id)
    hours = {"sat": [["08:00", "14:00"]], "sun": [["08:00", "14:00"]], "thu": [["09:00", "12:00"]]}
    directory.change_counter(SYSTEM, counter_id=counter.id, hours=hours)
    now = FakeClock(NOON)  # Saturday at twelve in Tehran

    def told() -> str:
        with translation.override("fa"):
            return " ".join(opening.sentences(counter.id))

    with clock.use(now):
        assert told() == "دفتر امروز تا ساعت ۱۴:۰۰ باز است."
        now.advance(timedelta(hours=3))
        assert told() == "دفتر یکشنبه ساعت ۰۸:۰۰ باز می‌شود."
        for day in (0, 1):
            directory.settle_day(
                SYSTEM,
                day=NOON.date() + timedelta(days=day),
                whose=Whose.COUNTERS,
                works=False,
                name="برف",
            )
        assert told() == "امروز دفتر تعطیل است. پنجشنبه ساعت ۰۹:۰۰ باز می‌شود."


def test_it_stands_with_a_letter_that_waits_at_the_counter_alone(world: World) -> None:
    directory.change_counter(
        SYSTEM, counter_id=office(world.clerk).id, hours={d: [["00:00", "23:59"]] for d in ("sat",)}
    )
    accepted = world.accept()
    given = {"code": accepted.tracking_code, "national_id": national_id(1)}
    page = Client().post(reverse("public:track"), given).content.decode()
    assert "باز" not in page.split('id="status"')[1].split("</div>")[0]
    assert SubmissionState.READY in opening.SENT_THERE
