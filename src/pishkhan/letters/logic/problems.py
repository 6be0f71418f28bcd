"""Problems with an agency, read: by the counter, by who may answer, in public. No writes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Count, F, Max, Q
from django.db.models.functions import TruncDate

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters.access import secretariat_of, submission_for
from pishkhan.letters.contracts.problems import (
    ProblemBy,
    ProblemFigures,
    ProblemKind,
    ProblemRole,
    ProblemView,
)
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.models import Arrival, Problem, Submission

MOST = 100


def problems_of(actor: Actor, letter_id: UUID) -> list[ProblemView]:
    """Return the problems of a letter of the actor's counter, newest first.

    Raises NotFound `letters.not-found`.
    """
    row = submission_for(actor, letter_id)
    found = Problem.objects.filter(letter_id=row.id, office_id=row.counter_id)
    return [view(each) for each in found.order_by("-id")[:MOST]]


def problems_tracked(proof: str) -> list[ProblemView]:
    """Return the letter's problems without words and answers, newest first, for who tracks it.

    Raises Refused `letters.proof-over`.
    """
    letter_id = proven(proof, clock.current().now())
    if not _TOLD.rows(letter_id=letter_id):  # as most letters; tracking is asked most of all
        return []
    found = Problem.objects.filter(letter_id=letter_id, role=ProblemRole.COUNTER.value)
    bare = found.order_by("-id")[:MOST]
    return [view(each, with_words=False) for each in bare]


def told_of(row: Submission) -> tuple[ProblemView, ...]:
    """Return a letter's problems with their answers, for the applicant who showed his phone."""
    found = Problem.objects.filter(letter_id=row.id, office_id=row.counter_id).order_by("id")
    return tuple(view(each) for each in found[:MOST])


def problems(actor: Actor) -> list[ProblemView]:
    """Return what the actor's secretariat is asked, the most pressing first, then what is answered.

    Its agency's own problems, and those of the agencies below it. Needs SECRETARIAT.
    """
    office = secretariat_of(actor)
    mine = Problem.objects.filter(office_id=office.id)
    waiting = list(mine.filter(answered_at=None).order_by("due", "id")[:MOST])
    answered = list(mine.exclude(answered_at=None).order_by("-answered_at")[: MOST // 2])
    letters = {each.letter_id for each in (*waiting, *answered)}
    held = Arrival.objects.filter(secretariat_id=office.id, letter_id__in=letters)
    arrivals = dict(held.values_list("letter_id", "id"))
    return [view(each, arrival_id=arrivals.get(each.letter_id)) for each in (*waiting, *answered)]


def problems_waiting(actor: Actor) -> tuple[int, int]:
    """Return how many wait for an answer of the actor's secretariat, and how many are overdue.

    Each number ends at MOST: so many or more.
    """
    days = [day for (day,) in _DUE.rows(office_id=secretariat_of(actor).id)]
    return len(days), sum(day < today() for day in days)


# Asked with each page of a secretariat and each letter that is tracked: compiled once.
_DUE = Prepared(
    lambda **given: (
        Problem.objects.filter(answered_at=None, **given).order_by("due").values_list("due")[:MOST]
    ),
    office_id=UUID,
)
_TOLD = Prepared(
    lambda **given: Problem.objects.filter(**given).order_by().values_list("id")[:1],
    letter_id=UUID,
)


def problem_figures() -> list[ProblemFigures]:
    """Return the count of each agency's problems, by name; each problem once on a shared node."""
    answered = Q(answered_at__isnull=False)
    in_time = answered & Q(day__lte=F("due"))
    rows = (
        Problem.objects.annotate(day=TruncDate("answered_at", tzinfo=TEHRAN))
        .values("agency_id")
        .annotate(
            name=Max("agency_name"),
            every=Count("problem_id", distinct=True),
            settled=Count("problem_id", distinct=True, filter=answered),
            timely=Count("problem_id", distinct=True, filter=in_time),
        )
        .order_by("name", "agency_id")
    )
    return [
        ProblemFigures(
            agency_name=row["name"],
            in_time=row["timely"],
            late=row["settled"] - row["timely"],
            open=row["every"] - row["settled"],
        )
        for row in rows
    ]


def today() -> date:
    """Return the day in Tehran."""
    return clock.current().now().astimezone(TEHRAN).date()


def view(row: Problem, *, with_words: bool = True, arrival_id: UUID | None = None) -> ProblemView:
    """Return a row as a value."""
    return ProblemView(
        id=row.problem_id,
        role=ProblemRole(row.role),
        kind=ProblemKind(row.kind),
        words=row.words if with_words else "",
        by=ProblemBy(row.by),
        tracking_code=row.tracking_code,
        agency_name=row.agency_name,
        superior_name=row.superior_name,
        counter_name=row.counter_name,
        opened_at=row.opened_at,
        due=row.due,
        overdue=row.answered_at is None and row.due < today(),
        answered_at=row.answered_at,
        answer=row.answer if with_words else "",
        answered_by=row.answered_by if with_words else "",
        arrival_id=arrival_id,
    )
