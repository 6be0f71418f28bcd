"""Are the letter numbers without gap and twin, and the tracking codes valid and of their block?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel import tracking
from pishkhan.kernel.findings import Finding, Survey, told
from pishkhan.letters.contracts import NumberState
from pishkhan.letters.logic.fsck_words import WORDS
from pishkhan.letters.models import Arrival, Draft, Indicator, LetterNumber, Submission

AT_ONCE = 500
_GIVES = ("letter.registered", "letter.dispatched")
Key = tuple[str, int, int]
"""An indicator's id, the year, the number."""


def fsck_numbers(survey: Survey) -> Iterator[Finding]:
    """Yield what is wrong with letter numbers and tracking codes."""
    rows = iter(LetterNumber.objects.order_by("series_id", "year", "number").iterator(AT_ONCE))
    counted = {
        (str(series), year): last
        for series, year, last in Indicator.objects.values_list("series_id", "year", "last")
    }
    gaps = _Gaps(counted)
    while batch := list(islice(rows, AT_ONCE)):
        for row in batch:
            yield from gaps.next(str(row.series_id), row.year, row.number)
        yield from _rows(batch)
        survey.saw("numbers", len(batch))
    yield from gaps.end()
    yield from _without_rows()
    yield from _codes(survey)


class _Gaps:
    """Follows the numbers of each indicator and year in their order."""

    def __init__(self, counted: dict[tuple[str, int], int]) -> None:
        self._counted = counted
        self._at: tuple[str, int] | None = None
        self._last = 0

    def next(self, series: str, year: int, number: int) -> Iterator[Finding]:
        if self._at != (series, year):
            yield from self._close()
            self._at, self._last = (series, year), 0
        if number == self._last:
            yield told(WORDS, "numbers.doubled", series, year=year, number=number)
        elif number > self._last + 1:
            first, last = self._last + 1, number - 1
            yield told(WORDS, "numbers.gap", series, year=year, first=first, last=last)
        self._last = number

    def end(self) -> Iterator[Finding]:
        yield from self._close()
        for (series, year), counted in self._counted.items():
            if counted:
                yield told(WORDS, "numbers.count", series, year=year, counted=counted, last=0)

    def _close(self) -> Iterator[Finding]:
        if self._at is None:
            return
        counted = self._counted.pop(self._at, 0)
        if counted != self._last:
            series, year = self._at
            yield told(WORDS, "numbers.count", series, year=year, counted=counted, last=self._last)


def _rows(batch: list[LetterNumber]) -> Iterator[Finding]:
    """Yield the numbers that differ from their entries, or from the letter that bears them."""
    items = [row.item_id for row in batch]
    bears = {
        id_: (letter, text)
        for id_, letter, text in Arrival.objects.filter(pk__in=items).values_list(
            "id", "letter_id", "number_text"
        )
    } | {
        id_: (letter, text)
        for id_, letter, text in Draft.objects.filter(pk__in=items).values_list(
            "id", "arrival__letter_id", "number_text"
        )
    }
    entries = journal.entries_about({letter for letter, _text in bears.values()})
    for row in batch:
        key = (str(row.series_id), row.year, row.number)
        about = {"year": row.year, "number": row.number}
        voided = row.state == NumberState.VOIDED
        if voided and not row.void_reason.strip():
            yield told(WORDS, "numbers.no-reason", key[0], **about)
        letter, text = bears.get(row.item_id, (None, ""))
        found = entries.get(letter, []) if letter is not None else []
        given = [e for e in found if e.kind in _GIVES and _key(e.fields) == key]
        if not given:
            yield told(WORDS, "numbers.no-entry", key[0], **about)
            continue
        taken = any(e.kind == "number.voided" and _key(e.fields) == key for e in found)
        if taken != voided:
            states = NumberState.VOIDED if taken else NumberState.ISSUED
            yield told(WORDS, "numbers.state", key[0], **about, row=row.state, entries=states.value)
        if given[0].at != row.at:
            yield told(WORDS, "numbers.time", key[0], **about)
        if not voided and row.text and text != row.text:
            yield told(WORDS, "numbers.letter", row.item_id)


def _key(fields: Any) -> Key:
    year, number = fields.get("year"), fields.get("number")
    if not isinstance(year, int) or not isinstance(number, int):
        return "", 0, 0
    return str(fields.get("series", "")), year, number


def _without_rows() -> Iterator[Finding]:
    """Yield the entries that gave a number which is not there any more."""
    for entries in journal.entries_of_kinds(_GIVES):
        wanted: dict[tuple[str, int], set[int]] = defaultdict(set)
        for entry in entries:
            series, year, number = _key(entry.fields)
            if series:
                wanted[series, year].add(number)
        there = {
            (series, year, number)
            for (series, year), numbers in wanted.items()
            for number in LetterNumber.objects.filter(
                series_id=series, year=year, number__in=numbers
            ).values_list("number", flat=True)
        }
        for entry in entries:
            key = _key(entry.fields)
            if key[0] and key not in there:
                yield told(
                    WORDS, "numbers.no-row", key[0],
                    year=key[1], number=key[2], entry=str(entry.id),
                )  # fmt: skip


def _codes(survey: Survey) -> Iterator[Finding]:
    blocks, before = directory.code_blocks(), ""
    rows = Submission.objects.order_by("tracking_code").values_list("tracking_code", "counter_id")
    for code, counter in rows.iterator(AT_ONCE):
        survey.saw("codes")
        if not tracking.is_valid(code):
            yield told(WORDS, "numbers.code", code)
        elif code == before:
            yield told(WORDS, "numbers.code-doubled", code)
        elif blocks.get(tracking.block_of(code)) != counter:
            yield told(WORDS, "numbers.code-block", code, counter=str(counter))
        before = code
