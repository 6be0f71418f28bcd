"""The register book and the dispatch book (دفتر اندیکاتور، دفتر ارسال): every number, in its order.

The book is no table of its own: it is the numbers with what they were given to. A voided number
stands in it with its reason. Read by keyset in three queries a page, however long the book.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import CHOSEN, Table
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.jalali import check_day, day_bounds
from pishkhan.kernel.pages import Page, bounded, decode_cursor, encode_cursor
from pishkhan.letters import numbering, rules
from pishkhan.letters.access import secretariat_of
from pishkhan.letters.contracts import (
    ArrivalState,
    Book,
    BookRow,
    DraftState,
    LetterKind,
    NumberState,
    SeriesView,
    Urgency,
    Way,
)
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.series import one_of, series_of
from pishkhan.letters.logic.terms import terms_of
from pishkhan.letters.models import Arrival, Draft, LetterNumber

NUMBER = ("year", "number", "state", "item_id", "outgoing", "at", "void_reason", "text")
_ARRIVAL = (
    "id",
    "subject",
    "applicant_name",
    "from_name",
    "kind",
    "urgency",
    "sheets",
    "sender_number",
    "sender_date",
    "holder",
    "state",
    "number_text",
    "outcome",
    "others",
    "way",
    "terms",
    "classification",
)
_WRITTEN = (Way.OUTGOING.value, Way.INTERNAL.value)
_DRAFT = ("id", "arrival_id", "texts__subject", "signer_title", "state")


def book(
    actor: Actor,
    which: Book,
    *,
    since: date,
    until: date,
    terms: Mapping[Table, str] | None = None,
    series: UUID | None = None,
    after: str | None = None,
    limit: int = 25,
) -> Page[BookRow]:
    """Return a page of the book of an indicator, newest number first.

    `series` is one of the actor's secretariat; None is its first one, for the book of internal
    letters that which they take.

    `since` and `until` are days in Tehran, both within; `terms` narrows to letters that bear
    these codes (the norm's tables, and urgency). Raises Forbidden for another seat than a
    secretariat's clerk, Invalid (`since`, `until`).
    """
    rows = numbers_of(series_in(actor, series, which), which, since, until, terms or {})
    if after is not None:
        year, number = _place(after)
        rows = rows.filter(Q(year__lt=year) | Q(year=year, number__lt=number))
    limit = bounded(limit)
    found = list(rows.order_by("-year", "-number").values_list(*NUMBER)[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return Page(
        tuple(lines_of(actor, found[:limit])),
        encode_cursor(str(last[0]), str(last[1])) if last else None,
    )


def series_in(actor: Actor, series: UUID | None, which: Book) -> SeriesView:
    """Return an indicator of the actor's secretariat; NotFound `letters.no-series`."""
    office = secretariat_of(actor).id
    if series is None and which is Book.INTERNAL:
        return numbering.usual(series_of(office), Way.INTERNAL, "")
    return one_of(office, series)


def numbers_of(
    series: SeriesView, which: Book, since: date, until: date, terms: Mapping[Table, str]
) -> Any:
    """Return the numbers of these days; Invalid names the day at fault."""
    first, _end = _bounds("since", since)
    _begin, end = _bounds("until", until)
    if until < since:
        raise Invalid(
            "letters.bad-days",
            fields={"until": Message(N_("The last day is before the first one."))},
        )
    rows = LetterNumber.objects.filter(
        secretariat_id=series.secretariat_id, series_id=series.id, at__gte=first, at__lt=end
    )
    if which is Book.DISPATCH:
        rows = rows.filter(outgoing=True, internal=False)
    elif which is Book.INTERNAL:
        rows = rows.filter(internal=True)
    return rows.filter(_bearing(series.secretariat_id, terms)) if terms else rows


def _bearing(secretariat_id: UUID, terms: Mapping[Table, str]) -> Q:
    letters = Arrival.objects.filter(secretariat_id=secretariat_id)
    for table, code in terms.items():
        if table in CHOSEN:
            letters = letters.filter(**{f"terms__{table.value}__code": code})
        elif table is Table.URGENCY:
            letters = letters.filter(urgency=code)
    # An answer bears nothing of its own; a letter that was written here does.
    written = Draft.objects.filter(arrival__in=letters.filter(way__in=_WRITTEN))
    return Q(outgoing=False, item_id__in=letters.values("id")) | Q(
        outgoing=True, item_id__in=written.values("id")
    )


def _bounds(field: str, day: date) -> tuple[datetime, datetime]:
    entered.day(field, day)
    begin, end = day_bounds(check_day(day))
    return begin.astimezone(UTC), end.astimezone(UTC)


def _place(after: str) -> tuple[int, int]:
    parts = decode_cursor(after)
    if len(parts) != 2 or not all(part.isdecimal() and len(part) < 10 for part in parts):
        raise Invalid("pages.cursor")
    return int(parts[0]), int(parts[1])


def lines_of(actor: Actor, numbers: Sequence[tuple[Any, ...]]) -> Iterator[BookRow]:
    """Yield a line for each number, with the letter or the answer it was given to.

    None for a letter whose class is above the actor's clearance.
    """
    drafts = {
        row[0]: row
        for row in Draft.objects.filter(
            pk__in=[each[3] for each in numbers if each[4]], texts__no=F("version")
        ).values_list(*_DRAFT)
    }
    wanted = {drafts[each[3]][1] if each[4] else each[3] for each in numbers}
    arrivals = {
        row[0]: dict(zip(_ARRIVAL, row, strict=True))
        for row in Arrival.objects.filter(pk__in=wanted).values_list(*_ARRIVAL)
    }
    for year, number, state, item_id, outgoing, at, reason, text in numbers:
        draft = drafts[item_id] if outgoing else None
        letter = arrivals[draft[1] if draft else item_id]
        if letter["classification"] > actor.clearance:
            continue
        yield BookRow(
            year=year,
            number=number,
            text=text or rules.number_text(number, year),
            at=at,
            outgoing=outgoing,
            voided=state == NumberState.VOIDED,
            void_reason=reason,
            arrival_id=letter["id"],
            subject=draft[2] if draft else letter["subject"],
            person=letter["applicant_name"],
            office=letter["applicant_name"] if letter["way"] in _WRITTEN else letter["from_name"],
            kind=LetterKind(letter["kind"]),
            urgency=Urgency(letter["urgency"]),
            sheets=0 if draft else letter["sheets"],
            sender_number="" if draft else letter["sender_number"],
            sender_date=None if draft else letter["sender_date"],
            holder="" if draft else letter["holder"],
            answers=letter["number_text"] if draft and letter["way"] not in _WRITTEN else "",
            signer=draft[3] if draft else "",
            refused=draft is not None and draft[4] == DraftState.REFUSED,
            passed_to=letter["outcome"]
            if draft is None and letter["state"] == ArrivalState.TRANSFERRED
            else "",
            others=letter["others"],
            terms={} if draft and letter["way"] not in _WRITTEN else terms_of(letter["terms"]),
            internal=letter["way"] == Way.INTERNAL,
        )
