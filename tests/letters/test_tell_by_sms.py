"""An SMS with a tracking code: the applicant's own number hears the state, others how to track."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Circumstances, SubmissionState
from pishkhan.letters.logic import tell_by_sms as telling
from pishkhan.notices.contracts import Language, Pattern, Standing
from pishkhan.notices.models import Notice
from tests.letters.world import NOON, World

OWN = "09121234567"
OTHER = "09129876543"
CODE = "0000073106156"


@pytest.fixture
def world(transactional_db) -> World:
    return World.make()


def answers() -> list[tuple[str, Pattern, dict[str, str]]]:
    asked = [Pattern.STATUS.value, Pattern.TRACK_HERE.value]
    return [
        (each.recipient, Pattern(each.pattern), each.params)
        for each in Notice.objects.filter(pattern__in=asked).order_by("id")
    ]


def test_the_applicants_own_number_hears_where_the_letter_stands(world: World) -> None:
    accepted = world.accept()
    code = accepted.tracking_code
    assert letters.tell_by_sms("+989121234567", f"کد {code[:3]} {code[3:6]}-{code[6:]} لطفا")
    assert answers() == [(OWN, Pattern.STATUS, {"state": "on_its_way", "code": code})]
    entry = journal.entries_of(accepted.letter_id)[-1]
    assert entry.kind == "letter.asked_by_sms"


def test_another_number_an_unknown_code_and_no_code_hear_the_same(world: World) -> None:
    accepted = world.accept()
    for words in (accepted.tracking_code, CODE, "سلام، نامه‌ام چه شد؟"):
        assert letters.tell_by_sms(OTHER, words)
    told = answers()
    assert {each[:2] for each in told} == {(OTHER, Pattern.TRACK_HERE)}
    assert len({str(each[2]) for each in told}) == 1


def test_a_mobile_that_is_somebody_elses_hears_no_state(world: World) -> None:
    accepted = world.accept(circumstances=Circumstances(mobile_of="پسر همسایه"))
    letters.tell_by_sms(OWN, accepted.tracking_code)
    assert [each[1] for each in answers()] == [Pattern.TRACK_HERE]


def test_who_asks_too_often_hears_nothing_for_an_hour(world: World) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        said = [letters.tell_by_sms(OTHER, "?") for _ in range(telling.MOST_AN_HOUR + 3)]
        assert said.count(True) == telling.MOST_AN_HOUR == len(answers())
        assert letters.tell_by_sms(OWN, "?"), "another number is not slowed down by it"
        fake.advance(timedelta(hours=1, seconds=1))
        assert letters.tell_by_sms(OTHER, "?")


def test_a_short_number_gets_no_answer(world: World) -> None:
    assert not letters.tell_by_sms("3000123", "بخرید!")
    assert answers() == []


def test_who_writes_in_latin_letters_is_answered_in_english(world: World) -> None:
    letters.tell_by_sms(OTHER, "status please")
    assert Notice.objects.get(pattern=Pattern.TRACK_HERE).language == Language.ENGLISH


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (CODE, CODE),
        ("۰۰۰ ۰۰۷ ۳۱۰ ۶۱۵۶", CODE),
        ("کد: ۰۰۰-۰۰۷-۳۱۰-۶۱۵۶ ممنون", CODE),
        (f"0912 {CODE}", CODE),
        ("0000073106157", ""),
        ("000007310615", ""),
        (f"1{CODE}", ""),
        ("", ""),
        ("۹" * 5000, ""),
    ],
)
def test_a_code_is_found_in_any_digits_and_grouping(words: str, code: str) -> None:
    found = telling.code_in(words)
    assert found == code


def test_each_state_has_words_for_an_sms() -> None:
    assert set(telling.STANDINGS) == set(SubmissionState)
    assert set(telling.STANDINGS.values()) == set(Standing)
