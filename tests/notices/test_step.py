"""The queue of notices, with real servers on the other side."""

from __future__ import annotations

import logging
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation
from tests.notices.conftest import Mailbox, SmsProvider, forget

from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.notices import api as notices
from pishkhan.notices import rules
from pishkhan.notices.contracts import Channel, NoticeFate, NoticeState, Pattern
from pishkhan.notices.logic import provider
from pishkhan.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)

MOBILE = "09121234567"
CODE = "7214093381260"
NOON = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)


def queued(
    pattern: Pattern = Pattern.ACCEPTED,
    *,
    to: str = MOBILE,
    channel: Channel = Channel.SMS,
    **params: str,
) -> UUID:
    subject = new_id()
    with act() as a:
        notices.queue(
            a,
            channel=channel,
            to=to,
            pattern=pattern,
            params={"code": CODE, **params},
            subject=subject,
        )
        a.append("letter.accepted", subject=subject, actor="system")
    return subject


def fate(subject: UUID) -> NoticeFate:
    (found,) = notices.fates(subject)
    return found


def test_an_sms_reaches_the_provider_and_its_fate_is_kept(sms: SmsProvider) -> None:
    subject = queued(to="+98 912 123 4567")
    assert notices.step().sent == 1
    (message,) = sms.messages
    assert message["receptor"] == MOBILE
    assert message["message"] == "نامه شما پذیرفته شد. کد رهگیری ۷۲۱۴۰۹۳۳۸۱۲۶۰"
    said = fate(subject)
    assert (said.state, said.masked_to, said.attempts) == (NoticeState.SENT, "0912•••4567", 1)
    kinds = [entry.kind for entry in journal.entries_of(subject)]
    assert kinds == ["letter.accepted", "notice.sent"]
    assert notices.step().idle


def test_an_email_reaches_the_mail_server(mail: Mailbox) -> None:
    subject = queued(Pattern.READY, to="ali.n@example.ir", channel=Channel.EMAIL)
    assert notices.step().sent == 1
    ((recipients, message),) = mail.messages
    assert recipients == ["ali.n@example.ir"]
    assert message["Subject"] == "پیشخوان: نامهٔ شما"
    body = message.get_body(("plain",)) or message.get_body(("html",))
    assert "پاسخ نامه آماده است" in body.get_content()
    assert fate(subject).masked_to == "a•••@example.ir"


def test_once_sent_the_address_and_the_words_are_gone(sms: SmsProvider) -> None:
    queued(Pattern.RETURNED, missing="تصویر سند", until="2026-12-11")
    notices.step()
    notice = Notice.objects.get()
    assert notice.params == {}
    assert MOBILE not in notice.recipient


def test_without_a_provider_a_notice_is_kept_and_goes_once_there_is_one(
    settings, sms: SmsProvider
) -> None:
    settings.PISHKHAN_SMS_URL = ""
    subject = queued()
    assert notices.step().not_configured == 1
    assert fate(subject).state is NoticeState.NOT_CONFIGURED
    assert notices.step().idle
    settings.PISHKHAN_SMS_URL = sms.url
    report = notices.step()
    assert (report.requeued, report.sent) == (1, 1)


@pytest.mark.parametrize("url", ["json://127.0.0.1/nobody-is-named", "nonsense{to}", "x://{to}"])
def test_a_wrong_address_of_the_provider_is_said_and_loses_nothing(settings, url: str) -> None:
    settings.PISHKHAN_SMS_URL = url
    subject = queued()
    notices.step()
    said = fate(subject)
    assert said.state is NoticeState.NOT_CONFIGURED
    with translation.override("fa"):
        assert "تنظیمات" in said.reason.render(translation.gettext)


def test_a_failing_provider_is_tried_again_with_growing_pauses(sms: SmsProvider) -> None:
    sms.status = 500
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        for attempt, wait in enumerate(rules.BACK_OFF, start=1):
            assert notices.step().retried == 1, attempt
            assert notices.step().idle
            fake.advance(wait)
        assert notices.step().given_up == 1
        said = fate(subject)
    assert (said.state, said.attempts) == (NoticeState.GIVEN_UP, rules.MAX_ATTEMPTS)
    assert journal.entries_of(subject)[-1].kind == "notice.given_up"
    kept = Notice.objects.get()
    assert (kept.params, MOBILE in kept.recipient) == ({}, False)


def test_a_provider_that_comes_back_gets_what_waited(sms: SmsProvider) -> None:
    sms.status = 503
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        notices.step()
        sms.status = 200
        fake.advance(timedelta(minutes=2))
        assert notices.step().sent == 1
    assert fate(subject).attempts == 2


def test_after_two_failures_a_channel_rests_and_the_others_go_on(
    sms: SmsProvider, mail: Mailbox
) -> None:
    sms.status = 500
    for _ in range(5):
        queued()
    queued(Pattern.READY, to="ali.n@example.ir", channel=Channel.EMAIL)
    report = notices.step()
    assert (report.retried, report.sent) == (2, 1)


def test_a_provider_that_never_answers_does_not_hang_the_worker_and_is_not_asked_again(
    settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider, "WHOLE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.PISHKHAN_SMS_URL = f"json://127.0.0.1:{silent.getsockname()[1]}/?:to={{to}}"
        monkeypatch.setattr(provider, "READ_SECONDS", 2)
        subject = queued()
        began = time.monotonic()
        assert notices.step().unsure == 1
        assert time.monotonic() - began < 2
        with translation.override("en"):
            words = fate(subject).reason.render(translation.gettext)
        assert words.startswith("It may have gone")
        assert notices.step().idle
        # The overrun thread ends by its own socket's limit.
        for thread in threading.enumerate():
            if thread.name == "notice":
                thread.join(5)


def test_a_one_time_code_is_never_sent_late(settings, sms: SmsProvider) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued(Pattern.ONE_TIME_CODE, code="482913")
        fake.advance(timedelta(minutes=4))
        assert notices.step().expired == 1
    assert sms.messages == []
    assert fate(subject).state is NoticeState.EXPIRED
    assert Notice.objects.get().params == {}


def test_a_worker_that_died_while_sending_loses_nothing(
    sms: SmsProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Death(BaseException):
        pass

    def die(*_args: object) -> str:
        raise Death

    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        with monkeypatch.context() as dying:
            dying.setattr(provider, "send", die)
            with pytest.raises(Death):
                notices.step()
        assert fate(subject).state is NoticeState.SENDING
        assert notices.step().idle
        fake.advance(timedelta(minutes=6))
        assert notices.step().sent == 1


def test_two_workers_send_each_notice_once(sms: SmsProvider) -> None:
    for _ in range(20):
        queued()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(3):
                notices.step()
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert raised == []
    assert len(sms.messages) == 20


def test_neither_text_nor_address_reaches_a_log(
    settings, sms: SmsProvider, mail: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings.PISHKHAN_SMS_URL = f"json://127.0.0.1:{sms.port}/to/{{to}}?-to={{to}}"
    for status in (200, 500):
        sms.status = status
        queued()
        queued(Pattern.READY, to="ali.n@example.ir", channel=Channel.EMAIL)
        notices.step()
        forget()
    # The test's own mail server logs what it is told; that is the other side of the wire.
    ours = "".join(r.getMessage() for r in caplog.records if r.name != "mail.log")
    assert caplog.records  # of the other side, at least: whatever is logged is heard here
    for secret in (MOBILE, "ali.n", "نامه", CODE):
        assert secret not in ours


@pytest.mark.parametrize(
    "address",
    ["a@b", "ali@example.ir,other@example.ir", "ali@example.ir\nBcc: x@example.ir", "@x.ir", ""],
)
def test_an_address_that_is_more_than_one_is_refused(address: str) -> None:
    with pytest.raises(Invalid, match=r"notices\.bad-address"):
        queued(to=address, channel=Channel.EMAIL)
    assert not Notice.objects.exists()


def test_a_mobile_that_is_none_is_refused() -> None:
    with pytest.raises(Invalid, match=r"checks\.mobile"):
        queued(to="12345")


def test_an_idle_round_reads_little(sms: SmsProvider, django_assert_max_num_queries) -> None:
    queued()
    notices.step()
    with django_assert_max_num_queries(8):
        assert notices.step().idle
