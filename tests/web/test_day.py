"""The page on which a clerk closes his day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.kernel.jalali import to_jalali
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Circumstances
from tests.letters.test_circumstances import DELEGATE, FIRM
from tests.letters.world import NOON, World, drain
from tests.web.api.caller import caller
from tests.web.desks import sit, text

DAY = "counter:day"


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """A day does not turn in the middle of a test."""
    with clock.use(FakeClock(NOON)):
        yield


def test_what_is_open_is_said_plainly_and_leads_to_where_it_is_finished(world: World) -> None:
    accepted = world.accept()
    clerk = sit(world.clerk)
    clerk.post(reverse("counter:save"), {"nonce": "", "subject": "نیمه‌کاره"})
    page = text(clerk.get(reverse(DAY)))
    assert "1 letter of yours has not reached its agency." in page
    assert "The receipt of 1 letter was not printed." in page
    assert "1 letter is begun and not accepted." in page
    drain()
    assert clerk.post(reverse("counter:printed", args=(accepted.letter_id,))).status_code == 204
    clerk.post(reverse("counter:save"), {"nonce": ""})
    page = text(clerk.get(reverse(DAY)))
    assert "has not reached" not in page
    assert "was not printed" not in page


def test_nothing_open_is_said_too(world: World) -> None:
    assert "Nothing is open" in text(sit(world.clerk).get(reverse(DAY)))


def test_the_day_is_closed_with_what_was_shown_and_stands_there_afterwards(world: World) -> None:
    world.accept()
    clerk = sit(world.clerk)
    page = text(clerk.get(reverse(DAY)))
    assert '<input type="hidden" name="accepted" value="1">' in page
    done = clerk.post(
        reverse(DAY), {"accepted": "1", "handed_over": "0", "note": "همه درست است"}, follow=True
    )
    assert "The day is closed" in text(done)
    assert "همه درست است" in text(done)
    [closing] = letters.counter_day(world.clerk).closings
    assert (closing.accepted, closing.note) == (1, "همه درست است")


def test_figures_that_changed_meanwhile_or_rubbish_are_refused(world: World) -> None:
    clerk = sit(world.clerk)
    for accepted in ("1", "x", "", "-1", "۰"):
        answer = clerk.post(reverse(DAY), {"accepted": accepted, "handed_over": "0"})
        assert answer.status_code == 409
        assert "The figures have changed" in text(answer)
    assert letters.counter_day(world.clerk).closings == ()


def test_another_day_is_shown_and_closed_by_its_date(world: World) -> None:
    clerk = sit(world.clerk)
    before = clock.current().now().astimezone(TEHRAN).date() - timedelta(days=1)
    number = "{:04}/{:02}/{:02}".format(*to_jalali(before))
    address = f"{reverse(DAY)}?day={number}"
    assert f'value="{number}"' in text(clerk.get(address))
    done = clerk.post(address, {"accepted": "0", "handed_over": "0"})
    assert done["Location"] == address
    assert len(letters.counter_day(world.clerk, day=before).closings) == 1
    for wrong in ("1300/01/01", "1499/01/01", "rubbish"):
        answer = clerk.get(reverse(DAY), {"day": wrong})
        assert answer.status_code == 422
        assert 'id="id_day-error"' in text(answer)


def test_colleagues_stand_by_name_and_agencies_people_see_no_day(world: World) -> None:
    world.accept(world.second_clerk)
    assert "همکار نمونه" in text(sit(world.clerk).get(reverse(DAY)))
    assert sit(world.registrar).get(reverse(DAY)).status_code == 403
    accepted = world.accept()
    other = sit(world.other_clerk)
    printed = reverse("counter:printed", args=(accepted.letter_id,))
    assert other.post(printed).status_code == 404


def test_programs_show_and_close_the_day_too(world: World) -> None:
    program = caller(world.clerk)
    accepted = world.accept(
        world.clerk, applicant=FIRM, circumstances=Circumstances(bearer=DELEGATE)
    )
    day = program.get("counter/day").json()
    assert day["mine"]["accepted"] == 0  # a program's own line; the clerk's stands below
    assert [each["accepted"] for each in day["clerks"]] == [0, 1]
    closed = program.post("counter/day/close", {"accepted": 0, "handed_over": 0})
    assert closed.status_code == 200, closed.content
    assert closed.json()["no"] == 1
    refused = program.post("counter/day/close", {"accepted": 5, "handed_over": 0})
    assert refused.json()["code"] == "letters.day-changed"
    printed = program.post(f"submissions/{accepted.letter_id}/receipt/printed", {})
    assert printed.status_code == 204
    assert letters.counter_day(world.clerk).mine.unprinted == 0
