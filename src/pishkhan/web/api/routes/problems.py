"""The operations on problems with an agency: told at the counter, answered at the agency."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.problems import ProblemView
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import common, problems

told = ops.Group(N_("Problems with an agency"))


@told.ask(
    "submissions/{uuid:letter_id}/problems",
    common.Items[problems.ProblemTold],
    N_("List the problems of a letter of the counter"),
)
def problems_of(actor: Actor, letter_id: UUID) -> dict[str, list[ProblemView]]:
    """With their answers, newest first."""
    return {"items": letters.problems_of(actor, letter_id)}


@told.deed(
    "submissions/{uuid:letter_id}/problems",
    N_("Tell of a problem with the agency that has the letter"),
    given=problems.ProblemGiven,
    shape=problems.ProblemMade,
)
def open_problem(actor: Actor, given: problems.ProblemGiven, letter_id: UUID) -> dict[str, Any]:
    """The agency and the body above it have a day by which to answer."""
    return {"id": letters.open_problem(actor, letter_id, kind=given.kind, words=given.words)}


@told.ask(
    "problems",
    common.Items[problems.ProblemTold],
    N_("List the problems that the secretariat is asked about"),
)
def problems_asked(actor: Actor) -> dict[str, list[ProblemView]]:
    """The most pressing first, then what is answered."""
    return {"items": letters.problems(actor)}


@told.deed(
    "problems/{uuid:problem_id}/answer",
    N_("Answer a problem"),
    given=problems.ProblemAnswered,
)
def answer_problem(actor: Actor, given: problems.ProblemAnswered, problem_id: UUID) -> None:
    """Counter, agency and the body above it read it, and the applicant who shows his phone."""
    letters.answer_problem(actor, problem_id, text=given.text)
