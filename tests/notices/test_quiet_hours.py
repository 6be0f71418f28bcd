"""No phone rings at night for what can wait."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.letters.world import World
from tests.notices.conftest import Mailbox, SmsProvider
from tests.notices.test_step import fate, queued

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Channel, NoticeState, Pattern
from pishkhan.notices.logic import configured
from pishkhan.notices.rules import QuietHours

pytestmark = pytest.mark.django_db(transaction=True)

NIGHT = datetime(2026, 11, 1, 19, 0, tzinfo=UTC)
"""22:30 in Tehran."""

MORNING = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
"""07:30 in Tehran, the day after."""

_REAL = configured.quiet_hours


@pytest.fixture(autouse=True)
def _quiet(rested: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configured, "quiet_hours", _REAL)


def test_what_can_wait_waits_for_the_morning_and_says_so(sms: SmsProvider, mail: Mailbox) -> None:
    fake = FakeClock(NIGHT)
    with clock.use(fake):
        subject = queued()
        queued(Pattern.READY, to="ali.n@example.ir", channel=Channel.EMAIL)
        report = notices.step()
        assert (report.put_off, report.sent) == (1, 1), "an e-mail wakes nobody"
        said = fate(subject)
        assert (said.state, said.waits_until, said.attempts) == (NoticeState.QUEUED, MORNING, 0)
        assert "quiet hours" in said.reason.msgid
        tally = notices.tally()
        assert (tally.queued, tally.quiet, tally.retried) == (1, 1, 0)
        assert notices.step().idle
        fake.set(MORNING - timedelta(minutes=1))
        assert notices.step().idle
        fake.set(MORNING)
        assert notices.step().sent == 1
    assert len(sms.messages) == 1


def test_a_one_time_code_goes_at_once(sms: SmsProvider) -> None:
    with clock.use(FakeClock(NIGHT)):
        queued(Pattern.ONE_TIME_CODE, code="482913")
        assert notices.step().sent == 1


def test_the_hours_are_set_by_day_and_what_waits_is_looked_at_anew(sms: SmsProvider) -> None:
    world = World.make()
    with clock.use(FakeClock(NIGHT)):
        queued()
        notices.step()
        with pytest.raises(Forbidden):
            notices.set_quiet_hours(world.clerk, begin="", end="")
        with pytest.raises(Invalid) as wrong:
            notices.set_quiet_hours(world.admin, begin="25:00", end="7")
        assert set(wrong.value.fields) == {"begin"}
        later = NIGHT + timedelta(days=1)
        notices.set_quiet_hours(world.admin, begin="", end="", from_at=later)
        assert notices.step().put_off == 1, "not yet"
        notices.set_quiet_hours(world.admin, begin="۲۳:۰۰", end="6")
        assert directory.setting(notices.QUIET) == {"begin": "23:00", "end": "06:00"}
        assert notices.step().sent == 1
    assert configured.quiet_hours(later) == QuietHours(time(), time())


@given(st.integers(0, 3_000_000), st.times(), st.times())
def test_the_quiet_hours_end_within_a_day_and_never_inside_themselves(
    minutes: int, begin: time, end: time
) -> None:
    at = NIGHT + timedelta(minutes=minutes)
    hours = QuietHours(begin.replace(tzinfo=None), end.replace(tzinfo=None))
    free = hours.free_at(at)
    assert timedelta() <= free - at < timedelta(days=1)
    assert hours.free_at(free) == free
    if begin == end:
        assert free == at


def test_half_past_nine_is_quiet_and_half_past_seven_is_not() -> None:
    day = datetime(2026, 11, 1, tzinfo=TEHRAN)
    for shown, quiet in {
        "21:29": False,
        "21:30": True,
        "03:00": True,
        "07:29": True,
        "07:30": False,
    }.items():
        at = day.replace(hour=int(shown[:2]), minute=int(shown[3:]))
        assert (QuietHours().free_at(at) != at) is quiet, shown
