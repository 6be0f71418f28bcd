"""Reading the text of an answer by a one-time code: once, in time, and not by guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.letters.logic.ask_answer_code import LASTS, PAUSE
from pishkhan.letters.logic.read_answer import MOST_TRIES
from pishkhan.notices.contracts import Pattern
from pishkhan.notices.models import Notice
from tests.letters.world import NOON, World, drain, national_id

ME = national_id(1)
TEXT = "خط انتقال تا هفتهٔ آینده تعمیر می‌شود."


@pytest.fixture(autouse=True)
def _provider(settings) -> None:
    settings.DEMO = False
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"


def asked(accepted: Accepted) -> tuple[str, str]:
    """Return the proof and the code that the applicant's phone got."""
    proof = letters.track(accepted.tracking_code, ME).proof
    letters.ask_answer_code(proof)
    sent = Notice.objects.filter(subject=accepted.letter_id, pattern=Pattern.ONE_TIME_CODE)
    return proof, str(sent.order_by("-id")[0].params["code"])


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def is_over(proof: str, code: str) -> bool:
    with pytest.raises(Refused) as refused:
        letters.read_answer(proof, code)
    return refused.value.code == "letters.answer-code-over"


def test_the_code_opens_the_text_once(world: World) -> None:
    accepted, _ = world.answered()
    proof, code = asked(accepted)
    read = letters.read_answer(proof, code)
    assert [answer.body for answer in read.answers] == [TEXT]
    assert read.tracking_code == accepted.tracking_code
    assert is_over(proof, code)
    entry = journal.entries_of(accepted.letter_id)[-1]
    assert (entry.kind, entry.actor) == ("answer.read", "applicant")


def test_a_code_is_read_in_persian_digits_with_spaces(world: World) -> None:
    accepted, _ = world.answered()
    proof, code = asked(accepted)
    typed = code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert letters.read_answer(proof, f" {typed[:3]} {typed[3:]} ").answers


def test_all_answers_of_a_reopened_letter_are_shown_oldest_first(world: World) -> None:
    accepted, arrival = world.answered()
    world.answer_again(arrival)
    drain()
    read = letters.read_answer(*asked(accepted))
    assert [answer.body for answer in read.answers] == [TEXT, "متن دوم"]


def test_after_five_wrong_codes_the_right_one_is_over_too(world: World) -> None:
    accepted, _ = world.answered()
    proof, code = asked(accepted)
    for _ in range(MOST_TRIES):
        with pytest.raises(Invalid) as refused:
            letters.read_answer(proof, other_than(code))
        assert set(refused.value.fields) == {"one_time_code"}
    assert is_over(proof, code)
    failed = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "answer.code_failed"]
    assert len(failed) == MOST_TRIES


def test_a_code_is_good_for_ten_minutes(world: World) -> None:
    accepted, _ = world.answered()
    time = FakeClock(NOON + timedelta(days=30))
    with clock.use(time):
        proof, code = asked(accepted)
        time.advance(LASTS)
        assert is_over(proof, code)


def test_a_new_code_ends_the_one_before(world: World) -> None:
    accepted, _ = world.answered()
    time = FakeClock(NOON + timedelta(days=30))
    with clock.use(time):
        _, first = asked(accepted)
        time.advance(PAUSE)
        proof, second = asked(accepted)
        if first != second:
            with pytest.raises(Invalid):
                letters.read_answer(proof, first)
        assert letters.read_answer(proof, second).answers


def test_a_code_opens_no_other_letter(world: World) -> None:
    mine, _ = world.answered()
    other, _ = world.answered()
    _, code = asked(mine)
    proof, others_code = asked(other)
    if code != others_code:
        with pytest.raises(Invalid):
            letters.read_answer(proof, code)
    assert letters.read_answer(proof, others_code).tracking_code == other.tracking_code


@pytest.mark.parametrize("typed", ["", " ", "000000", "' OR 1=1 --", "\ud800"])
def test_nothing_opens_the_text_before_a_code_was_asked_for(world: World, typed: str) -> None:
    accepted, _ = world.answered()
    assert is_over(letters.track(accepted.tracking_code, ME).proof, typed)


@pytest.mark.parametrize("typed", ["", "abc", "\ud800", "١٢"])
def test_rubbish_for_a_code_is_just_wrong(world: World, typed: str) -> None:
    accepted, _ = world.answered()
    proof, _ = asked(accepted)
    with pytest.raises(Invalid):
        letters.read_answer(proof, typed)
