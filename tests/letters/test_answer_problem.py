"""A problem is answered by the agency or the body above it, once, and by nobody else."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.problems import ProblemKind
from tests.letters.problem import Below, make_below, opened
from tests.letters.world import drain


@pytest.fixture
def below(transactional_db) -> Below:
    return make_below()


def test_the_body_above_answers_too_and_the_first_answer_counts(below: Below) -> None:
    made = opened(below)
    letters.answer_problem(below.world.registrar, made, text="رسیدگی شد.")
    letters.answer_problem(below.clerk, made, text="دیرتر")
    drain()
    (known,) = below.at_counter
    assert known.answer == "رسیدگی شد."
    assert known.answered_by == "شرکت آب و فاضلاب استان"
    with pytest.raises(Refused, match=r"letters\.problem-answered"):
        letters.answer_problem(below.clerk, made, text="باز هم")


def test_nobody_else_sees_or_answers_it(below: Below) -> None:
    made = opened(below)
    for other in (below.world.other_registrar,):
        assert letters.problems(other) == []
        with pytest.raises(NotFound):
            letters.answer_problem(other, made, text="نه")
    for nobody in (below.world.clerk, below.world.expert, below.world.admin):
        with pytest.raises(Forbidden):
            letters.problems(nobody)
        with pytest.raises(Forbidden):
            letters.answer_problem(nobody, made, text="نه")
    with pytest.raises(NotFound):
        letters.problems_of(below.world.other_clerk, below.accepted.letter_id)
    with pytest.raises(NotFound):
        letters.open_problem(
            below.world.other_clerk, below.accepted.letter_id, kind=ProblemKind.NO_ANSWER
        )
