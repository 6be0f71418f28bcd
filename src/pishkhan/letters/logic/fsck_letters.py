"""Is every letter where its entries say it is? Office by office, some hundred letters at once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model

from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.findings import Finding, Survey, told
from pishkhan.letters.contracts import Way
from pishkhan.letters.fold import CounterSide, Letter, fold
from pishkhan.letters.fold_agency import Agency
from pishkhan.letters.fold_parts import said
from pishkhan.letters.logic import circumstances
from pishkhan.letters.logic.accept import pages_digest
from pishkhan.letters.logic.answer_text import content_digest, text_digest
from pishkhan.letters.logic.fsck_slips import AnswerSlips, arrival_slip, receipt_slip
from pishkhan.letters.logic.fsck_words import WORDS
from pishkhan.letters.models import (
    Answer,
    Arrival,
    Draft,
    DraftVersion,
    PageRow,
    Referral,
    Submission,
)
from pishkhan.relay import api as relay

AT_ONCE = 300
MOST_VERSIONS = 1_000
"""Among so many versions of an answer the signed one is looked for when no entry names them."""
M = TypeVar("M", bound=Model)


def batches(model: type[M], at_once: int = AT_ONCE) -> Iterator[list[M]]:
    """Yield all rows of a table in lists, by key; a list is read when it is asked for."""
    last: Any = None
    while True:
        rows = model._default_manager.order_by("pk")
        found = list((rows if last is None else rows.filter(pk__gt=last))[:at_once])
        if not found:
            return
        yield found
        last = found[-1].pk


def fsck_letters(survey: Survey) -> Iterator[Finding]:
    """Yield where rows of letters and the entries about them disagree."""
    slips = AnswerSlips(survey)
    for submissions in batches(Submission):
        yield from _submissions(slips, submissions)
        survey.saw("letters", len(submissions))
    for arrivals in batches(Arrival):
        yield from _arrivals(survey, slips, arrivals)
        survey.saw("letters", len(arrivals))
    yield from _without_rows()


# --- the counter's side --------------------------------------------------------------------------


def _submissions(slips: AnswerSlips, rows: list[Submission]) -> Iterator[Finding]:
    ids = [row.id for row in rows]
    entries = journal.entries_about(ids)
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    for answer in Answer.objects.filter(letter_id__in=ids).order_by("id"):
        answers[answer.letter_id].append(answer)
    files = _files(ids)
    held = relay.items_known(ids)
    for row in rows:
        letter = fold(entries.get(row.id, ()))
        side = letter.counter
        if row.id not in held:
            yield told(WORDS, "letters.no-custody", row.id)
        if side is None or side.accepted.get("counter") != str(row.counter_id):
            yield told(WORDS, "letters.no-entry", row.id, table="letters_submission")
            continue
        yield from _faults(row.id, letter)
        if row.state not in side.states:
            yield _state("letters.state", row.id, row.state, said(side.states), row.counter_id)
        yield from _content(row, side)
        yield from _counter_times(row, side)
        yield from _answers(slips, row, letter, answers[row.id])
        yield from receipt_slip(row, side, pages_digest(files[row.counter_id, row.id, 0]))
        for round_no, digest in {0: side.accepted.get("pages"), **side.completed}.items():
            if pages_digest(files[row.counter_id, row.id, round_no]) != digest:
                yield _pages(row.id, row.counter_id, round_no)


def _faults(subject: UUID, letter: Letter) -> Iterator[Finding]:
    for fault in letter.faults:
        yield told(
            WORDS, "letters.transition", subject,
            number=fault.number, kind=fault.kind, state=fault.state or "-",
        )  # fmt: skip


def _state(code: str, subject: UUID, row: str, entries: str, office: UUID) -> Finding:
    return told(WORDS, code, subject, row=row, entries=entries, office=str(office))


def _content(row: Submission, side: CounterSide) -> Iterator[Finding]:
    """Compare what was accepted with what the entry committed to."""
    entry = side.accepted
    words = hashlib.sha256(canonical.dumps([str(row.id), row.subject, row.body])).hexdigest()
    compared = {
        "text": words,
        "agency": str(row.agency_id),
        "code": row.tracking_code,
        "letter_kind": row.kind,
        "urgency": row.urgency,
        "medium": row.medium,
        "state_fee": row.state_fee,
        "commission": row.commission,
        "epoch": row.currency_epoch,
        "paid_by": row.pay_way,
        "taken_on": row.taken_on.isoformat(),
    }
    given = circumstances.read(row.circumstances)
    if "circumstances" in entry:
        compared["circumstances"] = circumstances.digest(row.id, given)
    # A field that was erased by rule is not there, and is judged by nobody any more.
    for name, value in compared.items():
        if name in entry and entry[name] != value:
            yield told(WORDS, "letters.content", row.id, what=name)


def _counter_times(row: Submission, side: CounterSide) -> Iterator[Finding]:
    yield from _time(row.id, "accepted_at", row.accepted_at, side.accepted_at)
    yield from _time(row.id, "receipt_printed_at", row.receipt_printed_at, side.printed_at)
    handed = max(side.handed.values(), default=None)
    yield from _time(row.id, "handed_over_at", row.handed_over_at, handed)


def _time(
    subject: object, what: str, row: datetime | None, entry: datetime | None
) -> Iterator[Finding]:
    if row != entry:
        yield told(WORDS, "letters.time", subject, what=what)


def _answers(
    slips: AnswerSlips, row: Submission, letter: Letter, answers: list[Answer]
) -> Iterator[Finding]:
    side = letter.counter
    assert side is not None  # or the caller had told it
    for answer in answers:
        known = letter.draft(str(answer.id))
        yield from slips.at_counter(row, answer, known)
        if not _as_signed(answer, known.contents if known else range(1, MOST_VERSIONS + 1)):
            yield told(WORDS, "letters.content", answer.id, what="words")
        received = side.received.get(str(answer.id))
        if received is None:
            yield told(WORDS, "letters.no-entry", answer.id, table="letters_answer")
            continue
        yield from _time(answer.id, "received_at", answer.received_at, received)
        handed = side.handed.get(str(answer.id))
        yield from _time(answer.id, "handed_over_at", answer.handed_over_at, handed)
    there = {str(answer.id) for answer in answers}
    for id_ in sorted(side.received.keys() - there):
        yield told(WORDS, "letters.no-row", id_, entry=str(row.id), kind="answer.received")


def _as_signed(row: Answer, versions: Iterable[int]) -> bool:
    """Tell whether an answer's words are what was signed; its row does not say which version."""
    return any(
        row.text_digest
        == text_digest(
            letter=row.letter_id,
            draft=row.id,
            version=version,
            subject=row.subject,
            body=row.body,
            signer_name=row.signer_name,
            signer_title=row.signer_title,
            at=row.signed_at,
            recipient=row.recipient,
            signed_as=row.signed_as,
            signed_for=row.signed_for,
            covers=row.covers,
        )
        for version in versions
    )


# --- the agency's side ---------------------------------------------------------------------------


def _arrivals(survey: Survey, slips: AnswerSlips, rows: list[Arrival]) -> Iterator[Finding]:
    letters = [row.letter_id for row in rows]
    entries = journal.entries_about(letters)
    keys = [row.id for row in rows]
    drafts, referrals = _by_arrival(Draft, keys), _by_arrival(Referral, keys)
    versions: dict[UUID, list[DraftVersion]] = defaultdict(list)
    for version in DraftVersion.objects.filter(draft__arrival_id__in=keys).order_by("id"):
        versions[version.draft_id].append(version)
    files = _files(letters)
    held = relay.items_known(letters)
    for row in rows:
        letter = fold(entries.get(row.letter_id, ()))
        agency = letter.agencies.get(str(row.secretariat_id))
        if row.letter_id not in held:
            yield told(WORDS, "letters.no-custody", row.letter_id)
        if agency is None:
            yield told(WORDS, "letters.no-entry", row.id, table="letters_arrival")
            continue
        if letter.counter is None and next(iter(letter.agencies)) == agency.office:
            yield from _faults(row.letter_id, letter)  # else its counter's row told them
        if row.state not in agency.states:
            yield _state(
                "letters.state", row.letter_id, row.state, said(agency.states), row.secretariat_id
            )
        if agency.delivered:
            survey.passed_over("whether an internal letter is answered")
        yield from _agency_times(row, agency)
        yield from _number(row, agency)
        yield from _drafts(slips, row, agency, drafts[row.id], versions)
        yield from _referrals(survey, agency, referrals[row.id])
        side = letter.counter
        if side is not None and row.way == Way.INCOMING:
            yield from arrival_slip(row, side)
            digest = side.accepted.get("pages")
            if pages_digest(files[row.secretariat_id, row.letter_id, 0]) != digest:
                yield _pages(row.letter_id, row.secretariat_id, 0)


def _by_arrival(model: Any, keys: Iterable[UUID]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in model.objects.filter(arrival_id__in=list(keys)).order_by("id"):
        found[row.arrival_id].append(row)
    return found


def _agency_times(row: Arrival, agency: Agency) -> Iterator[Finding]:
    yield from _time(row.letter_id, "arrived_at", row.arrived_at, agency.arrived_at)
    yield from _time(row.letter_id, "registered_at", row.registered_at, agency.registered_at)
    yield from _time(row.letter_id, "closed_at", row.closed_at, agency.ended_at)


def _number(row: Arrival, agency: Agency) -> Iterator[Finding]:
    if agency.delivered:
        return  # it bears its writer's draft's number, which is looked at with the numbers
    given = None if agency.number is None else agency.number[1:]
    if (None if row.number is None else (row.year, row.number)) != given:
        yield told(WORDS, "numbers.letter", row.letter_id)


def _drafts(
    slips: AnswerSlips,
    arrival: Arrival,
    agency: Agency,
    rows: list[Draft],
    versions: dict[UUID, list[DraftVersion]],
) -> Iterator[Finding]:
    for row in rows:
        known = agency.drafts.get(str(row.id))
        if known is None:
            yield told(WORDS, "letters.no-entry", row.id, table="letters_draft")
            continue
        if row.state not in known.states:
            yield told(
                WORDS, "letters.draft-state", row.id, row=row.state, entries=said(known.states)
            )
        yield from _time(row.id, "signed_at", row.signed_at, known.signed_at)
        yield from _time(row.id, "dispatched_at", row.dispatched_at, known.dispatched_at)
        if row.text_digest != known.text_digest:
            yield told(WORDS, "letters.content", row.id, what="text_digest")
        yield from slips.at_agency(arrival, row, known)
        contents = {
            each.no: content_digest(each.subject, each.body, each.recipient)
            for each in versions[row.id]
        }
        for no in sorted(contents.keys() | known.contents.keys()):
            if contents.get(no) != known.contents.get(no):
                yield told(WORDS, "letters.content", row.id, what=f"version {no}")
    for id_ in sorted(agency.drafts.keys() - {str(row.id) for row in rows}):
        yield told(WORDS, "letters.no-row", id_, entry=agency.office, kind="letter.drafted")


def _referrals(survey: Survey, agency: Agency, rows: list[Referral]) -> Iterator[Finding]:
    for row in rows:
        known = agency.referrals.get(str(row.id))
        if known is None:
            if agency.unnamed_referrals:
                survey.passed_over("referrals that a letter begins with")
            else:
                yield told(WORDS, "letters.no-entry", row.id, table="letters_referral")
            continue
        if row.state not in known.states:
            yield told(
                WORDS, "letters.referral-state", row.id, row=row.state, entries=said(known.states)
            )
        yield from _time(row.id, "at", row.at, known.at)
    for id_ in sorted(agency.referrals.keys() - {str(row.id) for row in rows}):
        yield told(WORDS, "letters.no-row", id_, entry=agency.office, kind="letter.referred")


# --- both ----------------------------------------------------------------------------------------


def _files(letters: list[UUID]) -> dict[tuple[UUID, UUID, int], list[str]]:
    """Return the digests of the files of letters in their order, by office, letter and round."""
    found: dict[tuple[UUID, UUID, int], list[str]] = defaultdict(list)
    rows = PageRow.objects.filter(letter_id__in=letters).order_by("letter_id", "office_id", "seq")
    for office, letter, round_no, digest in rows.values_list(
        "office_id", "letter_id", "round", "digest"
    ):
        found[office, letter, round_no].append(digest)
    return found


def _pages(letter: UUID, office: UUID, round_no: int) -> Finding:
    return told(WORDS, "letters.pages", letter, office=str(office), round=round_no)


_MADE = {
    "letter.accepted": "counter",
    "letter.arrived": "secretariat",
    "letter.begun": "secretariat",
    "letter.delivered": "secretariat",
}


def _without_rows() -> Iterator[Finding]:
    """Yield the entries that made a letter at an office where it is not any more."""
    for entries in journal.entries_of_kinds(_MADE):
        by_office: dict[tuple[bool, str], set[UUID]] = defaultdict(set)
        for entry in entries:
            office = entry.fields.get(_MADE[entry.kind])
            if isinstance(office, str):
                by_office[entry.kind == "letter.accepted", office].add(entry.subject)
        for (counter, office), subjects in by_office.items():
            gone = subjects - _there(subjects, office, counter=counter)
            for entry in entries:
                same = entry.fields.get(_MADE[entry.kind]) == office
                if same and entry.subject in gone and (entry.kind == "letter.accepted") is counter:
                    yield told(
                        WORDS, "letters.no-row", entry.subject, entry=str(entry.id), kind=entry.kind
                    )  # fmt: skip


def _there(subjects: set[UUID], office: str, *, counter: bool) -> set[UUID]:
    if counter:
        return set(Submission.objects.filter(pk__in=subjects).values_list("pk", flat=True))
    found = Arrival.objects.filter(secretariat_id=office, letter_id__in=subjects)
    return set(found.values_list("letter_id", flat=True))
