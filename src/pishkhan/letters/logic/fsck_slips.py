"""Does what a receipt and an answer prove by themselves agree with the rows of their letter?

A slip is what an entry promises on paper (journal.slip). Entries of former versions have none, and
one that was erased by rule is judged by nobody any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from pishkhan.journal import api as journal
from pishkhan.journal.promise import from_digits, is_promised, read_promise
from pishkhan.journal.slip import FIELD, AnswerSlip, BadSlip, Slip, moment_text, read_slip
from pishkhan.kernel.findings import Finding, Survey, told
from pishkhan.letters.fold import CounterSide
from pishkhan.letters.fold_parts import DraftFold
from pishkhan.letters.logic.fsck_words import WORDS
from pishkhan.letters.models import Answer, Arrival, Draft, Submission
from pishkhan.sealing import api as sealing


def receipt_slip(row: Submission, side: CounterSide, pages: str) -> Iterator[Finding]:
    """Yield what the receipt of a letter shows otherwise than its row; `pages` is their digest."""
    shown = {
        "agency": str(row.agency_id),
        "at": moment_text(row.accepted_at),
        "code": row.tracking_code,
        "epoch": row.currency_epoch,
        "fee": row.state_fee + row.commission,
        "pages": pages,
    }
    yield from _slip(row.id, side.accepted.get(FIELD), Slip, shown)


def arrival_slip(row: Arrival, side: CounterSide) -> Iterator[Finding]:
    """Yield when the agency holds a letter under another code than its receipt shows."""
    given = side.accepted.get(FIELD)
    if isinstance(given, dict) and given.get("code") != row.tracking_code:
        yield told(WORDS, "letters.slip", row.id, what="code")


def _slip(
    subject: UUID, given: Any, kind: type[Slip | AnswerSlip], shown: Mapping[str, object]
) -> Iterator[Finding]:
    if given is None:
        return
    try:
        fits = isinstance(read_slip(given), kind)
    except BadSlip:
        fits = False
    if not fits:
        yield told(WORDS, "letters.slip", subject, what=FIELD)
        return
    for name in sorted(shown):
        if given[name] != shown[name]:
            yield told(WORDS, "letters.slip", subject, what=name)


class AnswerSlips:
    """Compares what answers show and the promises kept with them; reads this node's logs once."""

    def __init__(self, survey: Survey) -> None:
        self._survey = survey
        self._keys = journal.log_keys(sealing.log_keys)

    def at_agency(self, arrival: Arrival, row: Draft, known: DraftFold) -> Iterator[Finding]:
        """Yield what entry and promise of a dispatched answer show otherwise than its row."""
        if row.dispatched_at is None:
            return
        shown = {
            "agency": str(arrival.agency_id),
            "at": moment_text(row.dispatched_at),
            "code": arrival.tracking_code,
            "text": row.text_digest,
        }
        yield from _slip(row.id, known.slip, AnswerSlip, shown)
        yield from self._promise(row.id, row.promise, shown, known)

    def at_counter(
        self, letter: Submission, row: Answer, known: DraftFold | None
    ) -> Iterator[Finding]:
        """Yield what the promise that came with an answer shows otherwise than its row.

        `known` is the answer by the agency's entries, None where they are on another node.
        """
        shown = {
            "at": moment_text(row.dispatched_at),
            "code": letter.tracking_code,
            "text": row.text_digest,
        }
        yield from self._promise(row.id, row.promise, shown, known)

    def _promise(
        self, subject: UUID, digits: str, shown: Mapping[str, str], known: DraftFold | None
    ) -> Iterator[Finding]:
        if not digits:
            return
        try:
            promise = read_promise(from_digits(digits))
        except BadSlip:
            yield told(WORDS, "letters.promise", subject, what="promise")
            return
        says = promise.slip.value()
        for name in sorted(shown):
            if says.get(name) != shown[name]:
                yield told(WORDS, "letters.promise", subject, what=name)
        # The commitment binds all that is shown, also when the slip was erased by rule.
        if known is not None and promise.commit != known.commit:
            yield told(WORDS, "letters.promise", subject, what="entry")
        keys = [key for key in self._keys if key.id == promise.key_id]
        if not keys:
            self._survey.passed_over("promises of other keys")
        elif not any(is_promised(promise, key, sealing.fits) for key in keys):
            yield told(WORDS, "letters.promise", subject, what="signature")
