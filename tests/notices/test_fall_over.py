"""Two providers of SMS: who is asked when, and that nobody is told twice."""

from __future__ import annotations

import socket
from datetime import timedelta
from uuid import uuid4

import pytest
from tests.letters.world import World
from tests.notices.conftest import SmsProvider
from tests.notices.test_step import CODE, MOBILE, NOON, fate, queued

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.notices import api as notices
from pishkhan.notices import rules
from pishkhan.notices.contracts import Language, NoticeState, Pattern
from pishkhan.notices.models import Notice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("status", [400, 401, 429, 500, 503])
def test_the_second_provider_is_asked_at_once_when_the_first_refuses(
    sms: SmsProvider, second: SmsProvider, status: int
) -> None:
    sms.status = status
    subject = queued()
    assert notices.step().sent == 1
    assert (len(sms.messages), len(second.messages)) == (0, 1)
    said = fate(subject)
    assert (said.state, said.attempts, said.carried_by) == (NoticeState.SENT, 1, "127.0.0.1")
    assert journal.entries_of(subject)[-1].kind == "notice.sent"


def test_the_second_provider_is_asked_when_nobody_listens_at_the_first(
    settings, sms: SmsProvider, second: SmsProvider
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        settings.PISHKHAN_SMS_URL = f"json://localhost:{closed.getsockname()[1]}/?:to={{to}}"
        queued()
        assert notices.step().sent == 1
    assert len(second.messages) == 1


@pytest.mark.parametrize("way", ["mute", "gateway", "slow"])
def test_what_may_have_gone_goes_to_nobody_else(
    sms: SmsProvider, second: SmsProvider, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    if way == "slow":
        monkeypatch.setattr("pishkhan.notices.logic.provider.READ_SECONDS", 0.2)
        sms.delay = 0.6
    sms.mute = way == "mute"
    sms.status = 504 if way == "gateway" else 200
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        assert notices.step().unsure == 1
        fake.advance(timedelta(hours=12))
        assert notices.step().idle
    assert (sms.asked, second.asked) == (1, 0)
    said = fate(subject)
    assert (said.state, said.again) == (NoticeState.UNSURE, True)
    assert journal.entries_of(subject)[-1].kind == "notice.unsure"


def test_after_two_failures_the_second_provider_carries_alone_for_a_while(
    sms: SmsProvider, second: SmsProvider
) -> None:
    sms.status = 500
    fake = FakeClock(NOON)
    with clock.use(fake):
        for _ in range(5):
            queued()
        assert notices.step().sent == 5
        assert (sms.asked, len(second.messages)) == (2, 5)
        sms.status = 200
        fake.advance(timedelta(minutes=1, seconds=1))
        queued()
        notices.step()
    assert len(sms.messages) == 1


def test_when_both_refuse_it_is_tried_later_and_given_up_at_last(
    sms: SmsProvider, second: SmsProvider
) -> None:
    sms.status = second.status = 500
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        for wait in rules.BACK_OFF:
            assert notices.step().retried == 1
            fake.advance(wait)
        assert notices.step().given_up == 1
    assert fate(subject).state is NoticeState.GIVEN_UP


def test_a_provider_of_patterns_gets_the_id_and_the_parameters_by_query(
    settings, sms: SmsProvider
) -> None:
    world = World.make()
    settings.PISHKHAN_SMS_URL = sms.by_query
    ids = {
        (Language.PERSIAN, Pattern.ACCEPTED): "pishkhan-accepted",
        (Language.PERSIAN, Pattern.RETURNED): "pishkhan-returned",
    }
    notices.keep_patterns(world.admin, no=1, ids=ids)
    queued()
    queued(Pattern.RETURNED, missing="تصویر سند", until="")
    assert notices.step().sent == 2
    assert sms.messages == [
        {"receptor": MOBILE, "template": "pishkhan-accepted", "token": "۷۲۱۴۰۹۳۳۸۱۲۶۰"},
        {"receptor": MOBILE, "template": "pishkhan-returned", "token10": "تصویر سند"},
    ]


def test_a_provider_of_patterns_gets_the_id_and_the_parameters_as_json(
    settings, sms: SmsProvider
) -> None:
    world = World.make()
    settings.PISHKHAN_SMS_URL = sms.by_json
    ids = {(Language.PERSIAN, Pattern.RETURNED): "100200"}
    notices.keep_patterns(world.admin, no=1, ids=ids)
    sms.says = b'{"status": 1, "message": "ok"}'
    queued(Pattern.RETURNED, missing="تصویر سند " * 30, until="2026-12-11")
    assert notices.step().sent == 1
    (message,) = sms.messages
    values = {each["name"]: each["value"] for each in message["parameters"]}
    assert (message["mobile"], message["templateId"], sms.key) == (MOBILE, 100200, "the-key")
    assert values["until"] == "۲۰ آذر"
    assert values["missing"].endswith("…")
    assert [each["name"] for each in message["parameters"]] == ["missing", "until"]


@pytest.mark.parametrize(
    ("says", "state"),
    [
        (b'{"return": {"status": 200}}', NoticeState.SENT),
        (b'{"return": {"status": 418}}', NoticeState.QUEUED),
        (b'{"status": 10}', NoticeState.QUEUED),
        (b"OK", NoticeState.SENT),
    ],
)
def test_a_refusal_inside_a_good_answer_is_a_refusal(
    settings, sms: SmsProvider, says: bytes, state: NoticeState
) -> None:
    world = World.make()
    settings.PISHKHAN_SMS_URL = sms.by_query
    notices.keep_patterns(world.admin, no=1, ids={(Language.PERSIAN, Pattern.ACCEPTED): "a"})
    sms.says = says
    subject = queued()
    notices.step()
    assert fate(subject).state is state


def test_a_message_without_an_id_goes_by_the_other_provider_or_is_kept_until_it_has_one(
    settings, sms: SmsProvider, second: SmsProvider
) -> None:
    world = World.make()
    settings.PISHKHAN_SMS_URL = sms.by_query
    queued()
    assert notices.step().sent == 1
    assert (sms.asked, len(second.messages)) == (0, 1)
    settings.PISHKHAN_SMS_URL_SECOND = ""
    subject = queued()
    assert notices.step().not_configured == 1
    assert notices.step().idle
    assert fate(subject).state is NoticeState.NOT_CONFIGURED
    notices.keep_patterns(world.admin, no=1, ids={(Language.PERSIAN, Pattern.ACCEPTED): "a"})
    assert notices.step().sent == 1


@pytest.mark.parametrize(
    "address",
    [
        "pattern+https://x/?to={to}",
        "pattern+ftp://x/{to}/{pattern}",
        "pattern+https://x/{to}/{pattern}/{name}",
        "pattern-json+https://x/send",
    ],
)
def test_a_wrong_address_of_patterns_is_said(settings, address: str) -> None:
    settings.PISHKHAN_SMS_URL = address
    (shown,) = notices.providers_of_sms()
    assert shown.fault == "notices.bad-url"
    assert shown.by_pattern


def test_neither_key_nor_token_of_a_provider_is_its_name(settings) -> None:
    settings.PISHKHAN_SMS_URL = "kavenegar://SECRET-KEY/{to}"
    settings.PISHKHAN_SMS_URL_SECOND = "pattern-json+https://SECRET-KEY@api.example.ir/v1"
    assert [each.name for each in notices.providers_of_sms()] == ["kavenegar", "api.example.ir"]


def test_a_person_has_it_sent_once_more(sms: SmsProvider) -> None:
    world = World.make()
    sms.mute = True
    subject = queued()
    notices.step()
    sms.mute = False
    with pytest.raises(Forbidden):
        notices.send_again(world.clerk, fate(subject).id)
    with pytest.raises(NotFound):
        notices.send_again(world.admin, uuid4())
    notices.send_again(world.admin, fate(subject).id)
    assert notices.step().sent == 1
    with pytest.raises(Refused, match=r"notices\.not-unsure"):
        notices.send_again(world.admin, fate(subject).id)
    assert journal.entries_of(subject)[-2].kind == "notice.sent_again"


def test_what_may_have_gone_forgets_whom_it_was_for_after_two_days(sms: SmsProvider) -> None:
    sms.mute = True
    fake = FakeClock(NOON)
    with clock.use(fake):
        subject = queued()
        code = queued(Pattern.ONE_TIME_CODE, code="482913")
        notices.step()
        assert not fate(code).again, "a one-time code is of no use later"
        fake.advance(timedelta(days=2, minutes=1))
        notices.step()
        assert not fate(subject).again
    assert [n for n in Notice.objects.all() if n.params or MOBILE in n.recipient] == []
    assert CODE not in str(list(Notice.objects.values()))
