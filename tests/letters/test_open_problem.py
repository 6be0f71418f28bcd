"""A problem with an agency: told to it and to the body above it, answered once, counted."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.problems import (
    ProblemBy,
    ProblemFigures,
    ProblemKind,
    ProblemRole,
)
from pishkhan.letters.models import Problem
from pishkhan.notices.contracts import Pattern
from pishkhan.notices.models import Notice
from tests.letters.problem import Below, make_below, opened, proof
from tests.letters.world import NOON, drain, national_id

NUMBER = national_id(1)


@pytest.fixture
def below(transactional_db) -> Below:
    return make_below()


def test_a_clerk_tells_the_agency_and_the_body_above_it_and_sees_the_answer(below: Below) -> None:
    with clock.use(FakeClock(NOON)):
        made = opened(below, ProblemKind.TO_COME, "گفتند حضوری بیایید")
        at_agency, above = below.told(below.clerk), below.told(below.world.registrar)
        assert (at_agency.role, above.role) == (ProblemRole.AGENCY, ProblemRole.SUPERIOR)
        assert (at_agency.kind, at_agency.by) == (ProblemKind.TO_COME, ProblemBy.CLERK)
        assert at_agency.words == above.words == "گفتند حضوری بیایید"
        assert at_agency.due == above.due == date(2026, 11, 28), "five working days"
        assert at_agency.arrival_id is not None
        assert above.arrival_id is None, "the letter itself is not the superior's"
        letters.answer_problem(below.clerk, made, text="اشتباه بود؛ لازم نیست بیایید.")
        drain()
    (known,) = below.at_counter
    assert known.answer == "اشتباه بود؛ لازم نیست بیایید."
    assert known.answered_by == "امور آب شهرستان"
    assert below.told(below.world.registrar).answered_at == known.answered_at
    kinds = {entry.kind for entry in journal.entries_of(below.accepted.letter_id)}
    assert {"problem.opened", "problem.received", "problem.answered"} <= kinds
    assert "problem.answer_received" in kinds


def test_one_waits_at_a_time_and_only_where_an_agency_has_the_letter(below: Below) -> None:
    with pytest.raises(Invalid) as wrong:
        opened(below, ProblemKind.OTHER)
    assert set(wrong.value.fields) == {"words"}
    made = opened(below)
    with pytest.raises(Refused, match=r"letters\.problem-open"):
        opened(below)
    letters.answer_problem(below.clerk, made, text="درست شد.")
    drain()
    opened(below)
    assert len(below.at_counter) == 2
    fresh = below.world.accept(subject="دیگر")
    with pytest.raises(Refused, match=r"letters\.problem-not-now"):
        letters.open_problem(below.world.clerk, fresh.letter_id, kind=ProblemKind.NO_ANSWER)


def test_the_applicant_complains_with_a_code_from_his_phone(below: Below, settings) -> None:
    settings.DEMO = False
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"
    given = proof(below)
    assert letters.needs_code(given)
    kind = ProblemKind.NO_ANSWER
    with pytest.raises(Refused, match=r"letters\.answer-code-over"):
        letters.complain(given, "123456", kind=kind)
    letters.ask_answer_code(given, for_problem=True)
    code = str(Notice.objects.get(pattern=Pattern.ONE_TIME_CODE).params["code"])
    with pytest.raises(Invalid, match=r"letters\.wrong-answer-code"):
        letters.complain(given, f"{(int(code) + 1) % 10**6:06}", kind=kind)
    assert not Problem.objects.exists()
    with pytest.raises(Refused, match=r"letters\.answer-code-over"):
        letters.read_answer(given, code)  # it is for telling of a problem alone
    letters.complain(given, code, kind=kind)
    drain()
    letters.ask_answer_code(given)  # another purpose has its own pace
    assert below.told(below.clerk).by is ProblemBy.APPLICANT
    (tracked,) = letters.problems_tracked(given)
    assert (tracked.words, tracked.answer) == ("", "")


def test_without_a_mobile_code_and_number_are_enough(below: Below, settings) -> None:
    settings.DEMO = False
    settings.PISHKHAN_SMS_URL = ""
    given = proof(below)
    assert not letters.needs_code(given)
    letters.complain(given, "", kind=ProblemKind.NO_ANSWER)
    assert len(letters.problems_tracked(given)) == 1
    with pytest.raises(Refused, match=r"letters\.proof-over"):
        letters.complain("0" * 32, "", kind=ProblemKind.NO_ANSWER)


def test_the_deadline_is_a_dated_setting_and_what_is_over_it_is_shown(below: Below) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        directory.set_setting(below.world.admin, key="letters.problem-days", value=2)
        opened(below)
        assert below.told(below.clerk).due == date(2026, 11, 23)
        assert letters.problems_waiting(below.clerk) == (1, 0)
        fake.advance(timedelta(days=3))
        assert below.told(below.clerk).overdue
        assert letters.problems_waiting(below.world.registrar) == (1, 1)


def test_each_problem_is_counted_once_in_its_part(below: Below) -> None:
    fake = FakeClock(NOON)
    with clock.use(fake):
        for late in (False, True):
            made = opened(below)
            fake.advance(timedelta(days=20 if late else 1))
            letters.answer_problem(below.clerk, made, text="بله")
            drain()
        opened(below)
    assert letters.problem_figures() == [ProblemFigures("امور آب شهرستان", 1, 1, 1)]


def test_an_office_takes_in_only_what_concerns_it(below: Below) -> None:
    """A counter's node that lies: about a letter it never sent, or an agency not below."""
    made = opened(below)
    row = Problem.objects.get(problem_id=made, role=ProblemRole.COUNTER.value)
    from pishkhan.letters.logic import open_problem as opening  # noqa: PLC0415 - its wire alone

    row.problem_id, row.letter_id = new_id(), new_id()
    row.agency_id = below.world.other_agency
    with journal.act() as act:
        opening._send(act, row, row.agency_office_id)
        assert row.superior_office_id is not None
        opening._send(act, row, row.superior_office_id)
        act.append("problem.opened", subject=row.letter_id, actor="system")
    drain()
    assert Problem.objects.filter(problem_id=row.problem_id).count() == 0
