"""Lists of a counter's own letters, and one letter as the counter holds it. All read-only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db.models import QuerySet

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.ids import EPOCH, uuid7
from pishkhan.kernel.jalali import day_bounds
from pishkhan.kernel.money import Epoch, Money
from pishkhan.kernel.pages import Page, bounded, encode_cursor, last_id
from pishkhan.kernel.prepared import Prepared, Value
from pishkhan.kernel.text import latin_digits, mask_name, similarity
from pishkhan.kernel.tracking import parse
from pishkhan.letters.access import counter_of, submission_for
from pishkhan.letters.contracts import (
    AnswerView,
    Applicant,
    CounterToday,
    Fee,
    IdKind,
    LetterKind,
    Medium,
    PayWay,
    PrintIntent,
    ReceiptView,
    SubmissionRow,
    SubmissionState,
    SubmissionView,
    Urgency,
)
from pishkhan.letters.logic import circumstances, entered
from pishkhan.letters.logic.accept import pages_digest
from pishkhan.letters.logic.looks import letters_that_look
from pishkhan.letters.logic.open_answer import answer_view
from pishkhan.letters.logic.pages import letters_with, pages_of
from pishkhan.letters.logic.persons import number_after_card
from pishkhan.letters.logic.steps import proved, steps_of
from pishkhan.letters.models import Answer, Submission

_COLUMNS = (
    "id",
    "tracking_code",
    "subject",
    "agency_name",
    "applicant_name",
    "state",
    "accepted_at",
    "last_step_at",
    "number_text",
    "others",
    "now_with",
)

ALIKE = 0.5
"""From this likeness of subjects on, a clerk is asked whether the letter came before."""

NEAR_TEXT = 0.7
"""From this likeness on a typed text is the same one, perhaps with a word more."""

NEAR_DAYS = 90
"""Who writes the same again after so long means it."""

_LOOKED_AT = 40
_SIMILAR_SHOWN = 5


def submissions(
    actor: Actor,
    *,
    state: SubmissionState | None = None,
    day: date | None = None,
    after: str | None = None,
    limit: int = 25,
) -> Page[SubmissionRow]:
    """Return the counter's own letters, newest first; `day` is a day in Tehran. One query.

    Raises Invalid: field `day` for a day outside the calendar, `pages.cursor`.
    """
    given: dict[str, Value] = {"counter_id": counter_of(actor).id}
    if state is not None:
        given["state"] = state.value
    if day is not None:
        entered.day("day", day)
        given |= on_day(day)
    return _page(given, after, limit)


def person_letters(
    actor: Actor, *, person_id: UUID, after: str | None = None, limit: int = 25
) -> Page[SubmissionRow]:
    """Return the counter's own letters of a person whose card the clerk has seen today.

    For a lost code. Raises Forbidden `letters.card-not-seen`, NotFound `letters.no-person`.
    """
    kind, number = number_after_card(actor, person_id)
    given: dict[str, Value] = {
        "counter_id": counter_of(actor).id,
        "applicant_number": number,
        "applicant_id_kind": kind,
    }
    return _page(given, after, limit)


def submission(actor: Actor, letter_id: UUID) -> SubmissionView:
    """Return a letter of the actor's own counter; NotFound `letters.not-found`. 4 queries.

    Answers come without their text, which `open_answer` gives against an entry.
    """
    row = submission_for(actor, letter_id)
    answers: tuple[AnswerView, ...] = ()
    if row.answer_id is not None:
        found = Answer.objects.filter(letter_id=row.id, counter_id=row.counter_id)
        answers = tuple(
            answer_view(answer, with_text=False) for answer in found.order_by("dispatched_at", "id")
        )
    return SubmissionView(
        row=rows_of([row])[0],
        applicant=Applicant(
            id_kind=IdKind(row.applicant_id_kind),
            number=row.applicant_number,
            name=row.applicant_name,
            mobile=row.applicant_mobile,
        ),
        counter_id=row.counter_id,
        counter_name=row.counter_name,
        agency_id=row.agency_id,
        kind=LetterKind(row.kind),
        body=row.body,
        urgency=Urgency(row.urgency),
        medium=Medium(row.medium),
        sheets=row.sheets,
        print_intent=PrintIntent(row.print_intent),
        fee=_fee(row),
        taken_on=row.taken_on,
        backdate_reason=row.backdate_reason,
        pages=pages_of(row.counter_id, row.id),
        steps=proved(row.id, steps_of(row.counter_id, row.id)),
        missing=row.missing,
        missing_until=row.missing_until,
        answer=next((answer for answer in answers if answer.id == row.answer_id), None),
        answers=answers,
        handed_over_at=row.handed_over_at,
        withdrawal_asked=row.withdrawal_asked_at is not None,
        message=row.outgoing_id,
        circumstances=circumstances.read(row.circumstances),
    )


def find_submission(actor: Actor, tracking_code: str) -> UUID:
    """Return the letter of the actor's own counter under a code as people type it.

    Raises Invalid (field `tracking_code`) for what is no code, NotFound `letters.not-found`.
    """
    try:
        code = parse(tracking_code)
    except Invalid as error:
        raise Invalid(error.code, fields={"tracking_code": error.message}) from None
    found = (
        Submission.objects.filter(tracking_code=code, counter_id=counter_of(actor).id)
        .values_list("id", flat=True)
        .first()
    )
    if found is None:
        raise NotFound("letters.not-found")
    return found


def counter_today(actor: Actor) -> CounterToday:
    """Return today's count and what waits at the counter; each count stops at its ceiling."""
    mine = Submission.objects.filter(counter_id=counter_of(actor).id)
    today = clock.current().now().astimezone(TEHRAN).date()

    def count(rows: QuerySet[Submission]) -> int:
        return len(rows.order_by("-id").values_list("id", flat=True)[: CounterToday.MOST])

    return CounterToday(
        accepted=count(mine.filter(**on_day(today))),
        queued=count(mine.filter(state=SubmissionState.QUEUED.value)),
        undelivered=count(mine.filter(state=SubmissionState.UNDELIVERED.value)),
        ready=count(mine.filter(state=SubmissionState.READY.value)),
        returned=count(mine.filter(state=SubmissionState.RETURNED.value)),
    )


def similar_submissions(
    actor: Actor,
    *,
    number: str,
    agency_id: UUID,
    subject: str,
    body: str = "",
    files: Collection[str] = (),
) -> list[SubmissionRow]:
    """Return the counter's newest letters like this one, at most five, with the name masked.

    The same person's number and the same agency in the last `NEAR_DAYS`, and about the same
    subject, near the same text, or one of its files (by digest, else by the look of a page): the
    clerk may be about to accept one letter twice. Two queries; one when no file is given; two more
    where only the look can tell.
    """
    digits = "".join(latin_digits(number).split())
    counter = counter_of(actor).id
    found = list(
        Submission.objects.filter(counter_id=counter, applicant_number=digits)
        .filter(agency_id=agency_id)
        .filter(accepted_at__gte=clock.current().now() - timedelta(days=NEAR_DAYS))
        .order_by("-id")
        .values_list(*_COLUMNS, "body")[:_LOOKED_AT]
    )
    near = {each[0] for each in found if body and similarity(each[-1], body) >= NEAR_TEXT}
    near |= letters_with(counter, [each[0] for each in found], files)
    rows = list(_read(each[:-1] for each in found))
    near |= {row.id for row in rows if similarity(row.subject, subject) >= ALIKE}
    looked = set() if near else letters_that_look(counter, [row.id for row in rows], files)
    alike = [row for row in rows if row.id in near or row.id in looked]
    return [
        replace(row, applicant_name=mask_name(row.applicant_name), by_scan=row.id in looked)
        for row in alike[:_SIMILAR_SHOWN]
    ]


def receipt(actor: Actor, letter_id: UUID) -> ReceiptView:
    """Return what the receipt of a letter of the actor's own counter prints. Two queries.

    It shows what was accepted, not what was added later. NotFound `letters.not-found`.
    """
    row = submission_for(actor, letter_id)
    pages = [page for page in pages_of(row.counter_id, row.id) if page.round == 0]
    return ReceiptView(
        letter_id=row.id,
        tracking_code=row.tracking_code,
        accepted_at=row.accepted_at,
        taken_on=row.taken_on,
        counter_id=row.counter_id,
        counter_name=row.counter_name,
        agency_name=row.agency_name,
        kind=LetterKind(row.kind),
        subject=row.subject,
        masked_name=mask_name(row.applicant_name),
        pages=len(pages),
        sheets=sum(page.leaves for page in pages),
        fee=_fee(row),
        print_intent=PrintIntent(row.print_intent),
        digest=pages_digest([page.digest for page in pages]),
        backdate_reason=row.backdate_reason,
        id_kind=IdKind(row.applicant_id_kind),
        has_mobile=bool(row.applicant_mobile),
        others=row.others,
        circumstances=circumstances.masked(circumstances.read(row.circumstances)),
    )


def on_day(day: date) -> dict[str, UUID]:
    """Return the conditions for a day in Tehran: a key begins with its moment."""
    begin, end = (max(moment, EPOCH) for moment in day_bounds(day))
    return {"pk__gte": uuid7(begin, bytes(10)), "pk__lt": uuid7(end, bytes(10))}


def _page(given: dict[str, Value], after: str | None, limit: int) -> Page[SubmissionRow]:
    limit = bounded(limit)
    if after is not None:
        given["id__lt"] = last_id(after)
    found = [_row(row) for row in _list(tuple(given), limit + 1).rows(**given)]
    more = len(found) > limit
    shown = tuple(found[:limit])
    return Page(rows=shown, next=encode_cursor(str(shown[-1].id)) if more else None)


@cache
def _list(names: tuple[str, ...], limit: int) -> Prepared:
    """Return the page under these conditions; one plan for each page that is really asked."""
    texts = ("state", "applicant_number", "applicant_id_kind")
    types: dict[str, type[Value]] = dict.fromkeys(texts, str)
    return Prepared(
        lambda **given: (
            Submission.objects.filter(**given).order_by("-id").values_list(*_COLUMNS)[:limit]
        ),
        **{name: types.get(name, UUID) for name in names},
    )


_Columns = tuple[UUID, str, str, str, str, str, datetime, datetime, str, int, str]


def rows_of(found: Iterable[Submission]) -> list[SubmissionRow]:
    """Return the lines of these letters as lists show them."""
    return [_row(tuple(getattr(each, column) for column in _COLUMNS)) for each in found]


def _read(rows: Iterable[_Columns]) -> Iterable[SubmissionRow]:
    return map(_row, rows)


def _row(columns: tuple[object, ...]) -> SubmissionRow:
    row = SubmissionRow(*columns[:-1])  # type: ignore[arg-type] # the order of _COLUMNS
    with_now = str(columns[-1]) or row.agency_name
    return replace(row, state=SubmissionState(row.state), agency_name=with_now)


def _fee(row: Submission) -> Fee:
    epoch = Epoch(row.currency_epoch)
    return Fee(
        state=Money(row.state_fee, epoch),
        commission=Money(row.commission, epoch),
        way=PayWay(row.pay_way),
        rrn=row.rrn,
    )
