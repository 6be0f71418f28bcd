"""What the operator sees of all notices: where they stand, and which failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.notices.conftest import SmsProvider
from tests.notices.test_step import MOBILE, NOON, queued

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.notices import api as notices
from pishkhan.notices import rules
from pishkhan.notices.contracts import Channel, NoticeState, Pattern, Tally
from pishkhan.notices.logic import tally as tallies
from pishkhan.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_notices_there_is_nothing_to_tell() -> None:
    assert notices.tally() == Tally(0, 0, 0, 0, 0, None)
    assert notices.failures() == []
    assert notices.preflight() == []


def test_each_fate_is_counted_and_what_was_sent_only_for_a_day(sms: SmsProvider) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        queued()
        notices.step()
        queued()
        queued(Pattern.READY, to="ali.n@example.ir", channel=Channel.EMAIL)
        notices.preflight()
        assert notices.tally() == Tally(2, 0, 0, 1, 0, NOON)
        notices.step()
        assert notices.tally() == Tally(0, 0, 1, 2, 0, None)
        assert notices.preflight() == []
        fake.advance(timedelta(days=1, minutes=1))
        assert notices.tally().sent == 0


def test_a_failing_provider_is_told_long_before_it_is_given_up(sms: SmsProvider) -> None:
    sms.status = 500
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        notices.step()
        (finding,) = notices.preflight()
        assert (finding.code, finding.count) == ("notices.retried", 1)
        (failure,) = notices.failures()
        assert (failure.subject, failure.attempts) == (subject, 1)
        assert failure.reason.msgid == "The provider did not take it; it is tried again."
        for wait in rules.BACK_OFF:
            fake.advance(wait)
            notices.step()
        (finding,) = notices.preflight()
        assert (finding.code, finding.count) == ("notices.failed", 1)
        (failure,) = notices.failures()
        assert (failure.state, failure.attempts) == (NoticeState.GIVEN_UP, rules.MAX_ATTEMPTS)
        assert failure.at == fake.now()


def test_failures_come_newest_first_and_name_nobody(sms: SmsProvider) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        subjects = []
        for _ in range(3):
            subjects.append(queued(Pattern.ONE_TIME_CODE))
            fake.advance(timedelta(hours=1))
            notices.step()
        sms.status = 500
        subjects.append(queued())
        notices.step()
        found = notices.failures()
        assert [failure.subject for failure in found] == [*subjects[2::-1], subjects[3]]
        assert len(notices.failures(2)) == 2
        for part in (MOBILE, MOBILE[-4:], "•"):
            assert part not in repr(found)


def test_a_number_ends_at_the_most_that_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallies, "MOST_COUNTED", 2)
    for _ in range(4):
        queued()
    assert notices.tally().queued == 2


def test_what_each_round_asks_is_answered_by_an_index() -> None:
    now = clock.current().now()
    questions = {
        "notice_due": Notice.objects.filter(state=NoticeState.QUEUED),
        "notice_sending": Notice.objects.filter(state=NoticeState.SENDING, in_flight_since__lt=now),
        "notice_kept": Notice.objects.filter(channel="sms", state=NoticeState.NOT_CONFIGURED),
        "notice_expires": Notice.objects.filter(
            state__in=[NoticeState.QUEUED, NoticeState.NOT_CONFIGURED], expires_at__lte=now
        ),
        "notice_settled": Notice.objects.filter(state=NoticeState.SENT, settled_at__gte=now),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table of no rows is read without an index
            cursor.execute("SET enable_seqscan = off")
        try:
            for index, rows in questions.items():
                assert index in rows.order_by()[:10].explain(), index
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("RESET enable_seqscan")
