"""Asking for a one-time code: to whom it goes, how often, and what is kept of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import NotFound, Refused, TooMany
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Applicant, Circumstances, IdKind
from pishkhan.letters.logic import pair_proof
from pishkhan.letters.logic.ask_answer_code import DAY, DEMONSTRATION, MOST_A_DAY, PAUSE
from pishkhan.letters.models import AnswerCode
from pishkhan.node.demo import MADE
from pishkhan.notices.contracts import Pattern
from pishkhan.notices.models import Notice
from tests.letters.world import NOON, World, national_id

ME = national_id(1)


@pytest.fixture(autouse=True)
def _provider(settings) -> None:
    settings.DEMO = False
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"


def proof_of(accepted: Accepted) -> str:
    return letters.track(accepted.tracking_code, ME).proof


def codes_of(accepted: Accepted) -> list[Notice]:
    sent = Notice.objects.filter(subject=accepted.letter_id, pattern=Pattern.ONE_TIME_CODE)
    return list(sent.order_by("id"))


def test_the_code_goes_to_the_applicants_mobile_and_only_a_digest_is_kept(world: World) -> None:
    accepted, _ = world.answered()
    told = letters.track(accepted.tracking_code, ME)
    assert told.answered
    assert told.answer_by_code
    sent = letters.ask_answer_code(told.proof)
    assert sent.masked_mobile == "0912•••4567"
    assert sent.shown == ""
    [notice] = codes_of(accepted)
    assert notice.recipient == "09121234567"
    code = notice.params["code"]
    assert len(code) == 6
    assert code.isdigit()
    kept = AnswerCode.objects.get()
    assert code not in {kept.digest, str(kept.tries), str(kept.sends)}
    assert len(kept.digest) == 64
    entry = journal.entries_of(accepted.letter_id)[-1]
    assert entry.kind == "answer.code_sent"
    assert code not in repr(entry)


def test_a_letter_without_an_answer_gets_no_code(world: World) -> None:
    accepted = world.accept()
    told = letters.track(accepted.tracking_code, ME)
    assert not told.answered
    assert not told.answer_by_code
    with pytest.raises(NotFound, match=r"letters\.no-answer"):
        letters.ask_answer_code(told.proof)
    assert codes_of(accepted) == []


def test_who_gave_no_mobile_is_sent_to_the_counter_with_his_card(world: World) -> None:
    accepted, _ = world.answered(applicant=Applicant(IdKind.NATIONAL, ME, "فرد نمونه"))
    told = letters.track(accepted.tracking_code, ME)
    assert told.answered
    assert not told.answer_by_code
    with pytest.raises(Refused, match=r"letters\.no-own-mobile"):
        letters.ask_answer_code(told.proof)


def test_somebody_elses_mobile_opens_no_text(world: World) -> None:
    given = replace(world.acceptance().circumstances, mobile_of="پسرش")
    assert isinstance(given, Circumstances)
    accepted, _ = world.answered(circumstances=given)
    with pytest.raises(Refused, match=r"letters\.no-own-mobile"):
        letters.ask_answer_code(proof_of(accepted))
    assert codes_of(accepted) == []


def test_without_a_provider_no_code_is_promised(world: World, settings) -> None:
    settings.PISHKHAN_SMS_URL = ""
    accepted, _ = world.answered()
    told = letters.track(accepted.tracking_code, ME)
    assert not told.answer_by_code
    with pytest.raises(Refused, match=r"letters\.no-sms"):
        letters.ask_answer_code(told.proof)
    assert not AnswerCode.objects.exists()


def test_a_demonstration_shows_the_code_and_sends_nothing(world: World, settings) -> None:
    settings.DEMO, settings.PISHKHAN_SMS_URL = True, ""
    assert DEMONSTRATION == MADE
    directory.set_setting(SYSTEM, key=MADE, value={"letters": 1})
    accepted, _ = world.answered()
    sent = letters.ask_answer_code(proof_of(accepted))
    assert len(sent.shown) == 6
    assert codes_of(accepted) == []
    assert letters.read_answer(proof_of(accepted), sent.shown).answers


def test_the_flag_of_a_demonstration_alone_shows_no_code(world: World, settings) -> None:
    settings.DEMO = True
    accepted, _ = world.answered()
    assert letters.ask_answer_code(proof_of(accepted)).shown == ""
    assert len(codes_of(accepted)) == 1
    settings.PISHKHAN_SMS_URL = ""
    with pytest.raises(Refused, match=r"letters\.no-sms"):
        letters.ask_answer_code(proof_of(accepted))


def test_one_code_a_minute_and_five_a_day(world: World) -> None:
    accepted, _ = world.answered()
    time = FakeClock(NOON + timedelta(days=30))
    with clock.use(time):
        for _ in range(MOST_A_DAY):
            letters.ask_answer_code(proof_of(accepted))
            with pytest.raises(TooMany) as refused:
                letters.ask_answer_code(proof_of(accepted))
            time.advance(PAUSE)
        assert refused.value.retry_after > PAUSE.total_seconds()
        with pytest.raises(TooMany, match=r"letters\.answer-code-slower"):
            letters.ask_answer_code(proof_of(accepted))
        assert len(codes_of(accepted)) == MOST_A_DAY
        time.advance(DAY)
        letters.ask_answer_code(proof_of(accepted))
    assert len(codes_of(accepted)) == MOST_A_DAY + 1


def test_a_proof_is_over_after_half_an_hour_and_cannot_be_made_up(world: World) -> None:
    accepted, _ = world.answered()
    time = FakeClock(NOON + timedelta(days=30))
    with clock.use(time):
        proof = proof_of(accepted)
        letter, until, sign = proof.split("-")
        later = f"{int(until, 16) + 99:x}"
        other = world.accept().letter_id.hex
        forged = [f"{letter}-{later}-{sign}", f"{other}-{until}-{sign}", proof[:-1], "", "\ud800"]
        for each in [*forged, f"{letter}-{until}-{'0' * 64}"]:
            with pytest.raises(Refused, match=r"letters\.proof-over"):
                letters.ask_answer_code(each)
        time.advance(pair_proof.LASTS)
        with pytest.raises(Refused, match=r"letters\.proof-over"):
            letters.ask_answer_code(proof)
    assert codes_of(accepted) == []


def test_codes_of_yesterday_are_cleared_away(world: World) -> None:
    accepted, _ = world.answered()
    time = FakeClock(NOON + timedelta(days=30))
    with clock.use(time):
        letters.ask_answer_code(proof_of(accepted))
        assert letters.forget_failures() == 0
        time.advance(DAY + timedelta(seconds=1))
        assert letters.forget_failures() == 1
    assert not AnswerCode.objects.exists()
