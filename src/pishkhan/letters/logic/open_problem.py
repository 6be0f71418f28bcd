"""Tell of a problem with an agency: to the agency and to the body above it, with a deadline."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeRef
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.kernel.i18n import Message
from pishkhan.kernel.ids import new_id
from pishkhan.letters.access import submission_for
from pishkhan.letters.contracts import SubmissionState
from pishkhan.letters.contracts.problems import ProblemBy, ProblemKind, ProblemRole
from pishkhan.letters.logic import circumstances, entered, notify, wire
from pishkhan.letters.logic.ask_answer_code import APPLICANT, FOR_PROBLEM, is_demonstration
from pishkhan.letters.logic.earlier import earlier
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.logic.read_answer import refuse_code, use_code
from pishkhan.letters.models import Problem, Submission
from pishkhan.relay import api as relay

DAYS = "letters.problem-days"
"""The setting: within how many working days an answer is due."""

USUAL_DAYS = 5
LONGEST = 500
S = SubmissionState
NOT_THERE = frozenset({S.QUEUED, S.UNDELIVERED, S.WITHDRAWN})
"""States in which no agency has the letter, or has it no more."""


def open_problem(actor: Actor, letter_id: UUID, *, kind: ProblemKind, words: str = "") -> UUID:
    """Tell of a problem with the agency that has a letter of the actor's counter; return its id.

    Needs the counter that accepted the letter. Raises NotFound `letters.not-found`; Invalid with
    the field `words`; Refused `letters.problem-not-now`, `letters.problem-open`.
    """
    words = _words(kind, words)
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        return _open(act, row, kind, words, by=ProblemBy.CLERK, actor=actor.ref)


def complain(proof: str, one_time_code: str, *, kind: ProblemKind, words: str = "") -> UUID:
    """Tell of a problem as the applicant; return its id.

    `proof` is `TrackView.proof`. Where `needs_code` says so, the code of `ask_answer_code` is
    needed and used up. Raises as `open_problem` and as `read_answer`.
    """
    letter_id = proven(proof, clock.current().now())
    words = _words(kind, words)
    opened: UUID | None = None
    with journal.act() as act:
        row = Submission.objects.select_for_update().get(pk=letter_id)
        refuse_unless_open(row)
        right: bool | None = True
        if _needs_code(row):
            right = use_code(act, row, one_time_code, FOR_PROBLEM)
        if right:
            opened = _open(act, row, kind, words, by=ProblemBy.APPLICANT, actor=APPLICANT)
    if opened is None:
        raise refuse_code(known=right is not None)
    return opened


def needs_code(proof: str) -> bool:
    """Return whether the applicant has to show his phone; Refused `letters.proof-over`."""
    row = Submission.objects.get(pk=proven(proof, clock.current().now()))
    refuse_unless_open(row)
    return _needs_code(row)


def may_complain(state: SubmissionState) -> bool:
    """Return whether an agency has, or had, a letter in this state."""
    return state not in NOT_THERE


def refuse_unless_open(row: Submission) -> None:
    """Raise Refused while no agency has the letter, or one problem waits for its answer."""
    if not may_complain(SubmissionState(row.state)):
        raise Refused(
            "letters.problem-not-now", N_("No agency has this letter now; ask at the counter.")
        )
    if Problem.objects.filter(
        letter_id=row.id, office_id=row.counter_id, answered_at=None
    ).exists():
        raise Refused(
            "letters.problem-open", N_("A problem with this letter waits for its answer already.")
        )


def _needs_code(row: Submission) -> bool:
    if not row.applicant_mobile or circumstances.read(row.circumstances).mobile_of:
        return False
    return (settings.DEMO and is_demonstration()) or notify.can_send()


def _words(kind: ProblemKind, words: str) -> str:
    wanted = entered.line("words", words, longest=LONGEST, required=False)
    if kind is ProblemKind.OTHER and not wanted:
        raise Invalid(
            "letters.empty-field", fields={"words": Message(N_("Say what the problem is."))}
        )
    return wanted


def _open(
    act: Act, row: Submission, kind: ProblemKind, words: str, *, by: ProblemBy, actor: str
) -> UUID:
    refuse_unless_open(row)
    office = directory.office(row.secretariat_id)
    superior = _superior(office)
    days = directory.setting(DAYS, at=act.at, default=USUAL_DAYS)
    problem = Problem(
        problem_id=new_id(),
        office_id=row.counter_id,
        role=ProblemRole.COUNTER.value,
        letter_id=row.id,
        tracking_code=row.tracking_code,
        counter_id=row.counter_id,
        counter_name=row.counter_name,
        agency_id=office.agency_id or row.agency_id,
        agency_name=office.agency_name or row.agency_name,
        agency_office_id=office.id,
        superior_office_id=superior.id if superior else None,
        superior_name=superior.agency_name if superior else "",
        kind=kind.value,
        words=words,
        by=by.value,
        opened_at=act.at,
        due=directory.calendars()
        .of_agency(office.agency_id)
        .after(act.at.astimezone(TEHRAN).date(), int(days)),
    )
    problem.save(force_insert=True)
    _send(act, problem, office.id, after=earlier(row))
    if superior is not None:
        _send(act, problem, superior.id)
    act.append(
        "problem.opened",
        subject=row.id,
        actor=actor,
        fields={
            "problem": str(problem.problem_id),
            "problem_kind": kind.value,
            "counter": str(row.counter_id),
            "agency": str(problem.agency_id),
            "due": problem.due.isoformat(),
            "words_digest": entered.digest(words),
        },
    )
    return problem.problem_id


def _superior(office: OfficeRef) -> OfficeRef | None:
    """Return where the body above an agency takes letters; None when there is none."""
    if office.agency_id is None:
        return None
    parent = directory.agency(office.agency_id).parent_id
    if parent is None:
        return None
    try:
        return directory.default_secretariat(parent)
    except NotFound:
        return None


def _send(act: Act, problem: Problem, office_id: UUID, after: tuple[UUID, ...] = ()) -> None:
    relay.send(
        act,
        from_office=problem.counter_id,
        to_office=office_id,
        kind=wire.PROBLEM,
        version=wire.VERSION,
        subject=problem.letter_id,
        after=after,
        payload={
            "problem": str(problem.problem_id),
            "letter": str(problem.letter_id),
            "code": problem.tracking_code,
            "counter_name": problem.counter_name,
            "agency": str(problem.agency_id),
            "agency_name": problem.agency_name,
            "agency_office": str(problem.agency_office_id),
            "superior_office": str(problem.superior_office_id or ""),
            "superior_name": problem.superior_name,
            "kind": problem.kind,
            "words": problem.words,
            "by": problem.by,
            "at": wire.iso(problem.opened_at),
            "due": problem.due.isoformat(),
        },
    )
