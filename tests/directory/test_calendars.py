"""What a province says of its days over the public holidays."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.calendars import Whose
from pishkhan.directory.logic import settle_day
from pishkhan.directory.logic.settle_day import KEPT
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.workdays import Off
from tests.letters.world import NOON

TODAY = NOON.date()
SNOW = TODAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _now():
    with clock.use(FakeClock(NOON)):
        yield


def settle(day: date = SNOW, whose: Whose = Whose.ALL, *, works: bool = False, agency=None):
    api.settle_day(
        SYSTEM, day=day, whose=whose, works=works, name="تعطیلی به علت برف", agency_id=agency
    )


def test_a_day_is_settled_for_those_it_is_said_of_and_taken_back(world):
    settle(whose=Whose.AGENCIES)
    assert api.calendars().of_agency(world.water).off(SNOW) is Off.SAID
    assert SNOW not in api.calendars().of_counters()
    settle(whose=Whose.COUNTERS)
    assert api.calendars().of_counters()[SNOW] is False
    api.unsettle_day(SYSTEM, day=SNOW, whose=Whose.AGENCIES)
    assert api.calendars().of_agency(world.water).off(SNOW) is None
    with pytest.raises(NotFound, match=r"directory\.no-day"):
        api.unsettle_day(SYSTEM, day=SNOW, whose=Whose.AGENCIES)


def test_an_agencys_own_day_and_thursday_are_its_own(world):
    thursday = TODAY + timedelta(days=5)
    settle(whose=Whose.ALL)
    settle(whose=Whose.AGENCY, works=True, agency=world.water)
    api.set_thursday(SYSTEM, world.water, works=True)
    found = api.calendars()
    assert found.of_agency(world.water).off(SNOW) is None
    assert found.of_agency(world.power).off(SNOW) is Off.SAID
    assert found.of_agency(world.water).off(thursday) is None
    assert found.of_agency(world.power).off(thursday) is Off.WEEKEND
    assert found.of_agency(None).off(thursday) is Off.WEEKEND
    api.set_thursday(SYSTEM, world.water, works=False)
    assert api.calendars().of_agency(world.water).off(thursday) is Off.WEEKEND


def test_said_again_the_later_word_holds():
    settle()
    settle(works=True)
    [only] = api.calendars().days
    assert (only.works, only.day) == (True, SNOW)


def test_what_cannot_be_is_refused(world):
    with pytest.raises(Invalid) as error:
        settle(TODAY - timedelta(days=1))
    assert set(error.value.fields) == {"day"}
    with pytest.raises(Invalid) as error:
        api.settle_day(SYSTEM, day=SNOW, whose=Whose.ALL, works=False, name=" ")
    assert set(error.value.fields) == {"name"}
    with pytest.raises(Invalid, match=r"directory\.whose-day"):
        settle(whose=Whose.AGENCY)
    with pytest.raises(NotFound):
        settle(whose=Whose.AGENCY, agency=UUID(int=1))
    with pytest.raises(NotFound):
        api.set_thursday(SYSTEM, UUID(int=1), works=True)
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.settle_day(head, day=SNOW, whose=Whose.ALL, works=False, name="برف")


def test_old_days_fall_out_and_a_full_calendar_says_so(monkeypatch):
    settle()
    with clock.use(FakeClock(NOON + KEPT + timedelta(days=3))):
        settle(SNOW + KEPT + timedelta(days=9))
        assert len(api.calendars().days) == 1
        monkeypatch.setattr(settle_day, "MOST", 1)
        with pytest.raises(Refused, match=r"directory\.full-calendar"):
            settle(SNOW + KEPT + timedelta(days=10))


def test_every_change_is_on_record(world):
    settle()
    api.unsettle_day(SYSTEM, day=SNOW, whose=Whose.ALL)
    api.set_thursday(SYSTEM, world.water, works=True)
    kinds = [entry.kind for entry in journal.entries() if entry.kind.startswith("calendar.")]
    assert sorted(kinds) == [
        "calendar.day-settled",
        "calendar.day-unsettled",
        "calendar.thursday-set",
    ]
