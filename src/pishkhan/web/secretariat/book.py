"""The register book and the dispatch book: drawn by year, day or days, and as a sheet (XLSX)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pishkhan.directory.contracts import Right
from pishkhan.directory.contracts.terms import CHOSEN, Table
from pishkhan.kernel import clock, jalali, text, xlsx
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Book, BookRow, Way
from pishkhan.web import errors
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter import series, terms
from pishkhan.web.letter.words import KINDS
from pishkhan.web.templatetags.pishkhan import and_others

_BOOKS = {each.value: each for each in Book}
_FILTERS = {terms.field_name(each): each for each in terms.FILTERS}
_NAMES = ("since", "until", "year", "book", "series", *_FILTERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a book, its days, and the words that say so in an address."""

    book: Book
    since: date
    until: date
    query: dict[str, str]
    terms: dict[Table, str]
    series: UUID | None

    def url(self, *, but: tuple[Table, ...] = (), **more: str) -> str:
        """Return the address of these days, with more words, or without what it is narrowed by."""
        without = {terms.field_name(each) for each in but}
        query = {name: value for name, value in self.query.items() if name not in without}
        return f"{reverse('secretariat:book')}?{urlencode(query | more)}"


@desk(Right.SECRETARIAT)
@require_safe
def book(request: DeskRequest) -> HttpResponse:
    """Draw a page of a book, newest first; days that cannot be are told beside their field."""
    given = {name: request.GET.get(name, "").strip() for name in _NAMES}
    after = request.GET.get("after")
    failed: dict[str, Any] = {}
    try:
        asked = _asked(given)
        page = letters.book(
            request.actor,
            asked.book,
            since=asked.since,
            until=asked.until,
            terms=asked.terms,
            series=asked.series,
            after=after,
        )
    except Invalid as error:
        if not error.fields:
            raise
        failed = errors.told(error)["fields"]
        asked = _asked({"book": given["book"], "series": given["series"]})
        page = letters.book(
            request.actor, asked.book, since=asked.since, until=asked.until, series=asked.series
        )
        after = None
    return render(
        request,
        "secretariat/book.html",
        {
            "asked": asked,
            "rows": [(row, terms.unusual(row.terms)) for row in page.rows],
            "is_dispatch": asked.book is not Book.REGISTER,
            "title": _title(asked.book),
            "tabs": _tabs(asked),
            "days": _days(asked),
            "typed": {
                name: given[name] or ("" if "year" in asked.query else asked.query.get(name, ""))
                for name in ("since", "until")
            },
            "field_errors": failed,
            "filters": _filters(asked),
            "series": _series(request, asked),
            "narrowed": bool(asked.terms),
            "all_terms": asked.url(but=terms.FILTERS),
            "newest": asked.url() if after else "",
            "next": asked.url(after=page.next) if page.next else "",
        },
        status=422 if failed else 200,
    )


@desk(Right.SECRETARIAT)
@require_POST
def export(request: DeskRequest) -> HttpResponse:
    """Send the book as a sheet while it is read; that it was taken out is on record."""
    asked = _asked({name: request.POST.get(name, "").strip() for name in _NAMES})
    rows = letters.export_book(
        request.actor,
        asked.book,
        since=asked.since,
        until=asked.until,
        terms=asked.terms,
        series=asked.series,
    )
    shape = _REGISTER if asked.book is Book.REGISTER else _DISPATCH
    fa = (get_language() or "fa").startswith("fa")
    columns = [xlsx.Column(str(head()), width) for head, width, _cell in shape]
    words = _Words(fa)
    cells = [cell for _head, _width, cell in shape]
    # The words are looked up now: the rows are drawn when the page's language is over.
    answer = StreamingHttpResponse(
        xlsx.sheet(str(_title(asked.book)), columns, _lines(rows, cells, words), rtl=fa),
        content_type=xlsx.MEDIA_TYPE,
    )
    name = f"{asked.book.value}-{_plain(asked.since)}-{_plain(asked.until)}.xlsx".replace("/", "")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Content-Encoding"] = "identity"  # it is packed already
    answer["X-Accel-Buffering"] = "no"
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]  # the desk's door takes any response


# --- what was asked ------------------------------------------------------------------------------


def _asked(given: dict[str, str]) -> Asked:
    """Return the book and the days: those typed, else a year, else this year. Raises Invalid."""
    which = _BOOKS.get(given.get("book", ""), Book.REGISTER)
    narrow = {_FILTERS[name]: given[name] for name in _FILTERS if given.get(name)}
    chosen = _series_id(given.get("series", ""))
    query = {"book": which.value, **{terms.field_name(t): code for t, code in narrow.items()}}
    query |= {"series": str(chosen)} if chosen else {}
    typed = {name: given.get(name, "") for name in ("since", "until")}
    if any(typed.values()):
        since = _day("since", typed["since"] or typed["until"])
        until = _day("until", typed["until"] or typed["since"])
        query |= {"since": _plain(since), "until": _plain(until)}
        return Asked(which, since, until, query, narrow, chosen)
    year = _year(given.get("year", ""))
    begin = jalali.from_jalali(year, 1, 1)
    end = jalali.from_jalali(year + 1, 1, 1)
    last = date.fromordinal(end.toordinal() - 1)
    return Asked(which, begin, last, query | {"year": str(year)}, narrow, chosen)


def _series_id(given: str) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        raise NotFound("letters.no-series") from None


def _day(name: str, typed: str) -> date:
    try:
        return jalali.parse_date(typed)
    except Invalid as error:
        raise Invalid(error.code, fields={name: error.message}) from None


def _year(typed: str) -> int:
    year = text.latin_digits(typed)
    if year.isdecimal() and 1300 <= int(year[:5]) <= 1500:
        return int(year)
    return jalali.jalali_year(_today())


def _today() -> date:
    return clock.current().now().astimezone(clock.TEHRAN).date()


def _plain(day: date) -> str:
    return "{:04}/{:02}/{:02}".format(*jalali.to_jalali(day))


def _title(book: Book) -> str:
    if book is Book.INTERNAL:
        return _("Internal letters")
    return _("Dispatch book") if book is Book.DISPATCH else _("Register book")


def _tabs(asked: Asked) -> list[tuple[str, str, bool]]:
    return [(asked.url(book=each.value), _title(each), each is asked.book) for each in Book]


def _days(asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the days on offer: today, this month, this year and the one before."""
    today = _today()
    year, month, _day_of_month = jalali.to_jalali(today)
    month_began = jalali.from_jalali(year, month, 1)
    found = []
    for word, since in ((_("Today"), today), (_("This month"), month_began)):
        query = {"since": _plain(since), "until": _plain(today)}
        chosen = query.items() <= asked.query.items()
        found.append((_days_url(asked, query), word, chosen))
    for each in (year, year - 1):
        query = {"year": str(each)}
        word = _("Year %(year)s") % {"year": each}
        found.append((_days_url(asked, query), word, query.items() <= asked.query.items()))
    return found


def _days_url(asked: Asked, query: dict[str, str]) -> str:
    kept = {
        name: asked.query[name] for name in ("book", "series", *_FILTERS) if name in asked.query
    }
    return f"{reverse('secretariat:book')}?{urlencode(kept | query)}"


def _series(request: DeskRequest, asked: Asked) -> list[tuple[str, str, bool]]:
    """Return the indicators to choose a book from; none where there is but one."""
    known = letters.series(request.actor)
    if len(known) < 2:
        return []
    usual = known[0].id
    if asked.book is Book.INTERNAL:
        usual = next((each.id for each in known if each.way is Way.INTERNAL), usual)
    return [
        (
            asked.url(series=str(each.id)),
            series.named(each),
            (asked.series or usual) == each.id,
        )
        for each in known
    ]


def _filters(asked: Asked) -> list[dict[str, Any]]:
    chosen = {terms.field_name(table): code for table, code in asked.terms.items()}
    found = terms.fields(chosen, tables=terms.FILTERS, retired=True)
    for each in found:
        each["options"] = [("", pgettext("terms of a table", "all")), *each["options"]]
    return found


# --- the sheet -----------------------------------------------------------------------------------


class _Words:
    """The words of the cells, in the language of whoever asked."""

    def __init__(self, fa: bool) -> None:
        self.fa = fa
        self.kinds = {kind: str(word) for kind, word in KINDS.items()}
        self.urgencies = terms.Urgencies()
        self.language = terms.language()
        self.incoming = pgettext("letter in a book", "Incoming")
        self.outgoing = pgettext("letter in a book", "Outgoing")
        self.internal = pgettext("letter in a book", "Internal")
        self.voided = pgettext("number in a book", "Voided")
        self.refused = pgettext("answer in a book", "Refused by the counter")

    def day(self, day: date | None) -> str:
        """Return the Jalali day as text, in the digits of the language."""
        if day is None:
            return ""
        return text.persian_digits(_plain(day)) if self.fa else _plain(day)

    def term(self, row: BookRow, table: Table) -> str:
        """Return the name of what the letter bears of a table."""
        found = row.terms.get(table)
        return "" if found is None else found.name(self.language)


_Cell = Callable[[BookRow, _Words], xlsx.Cell]
_Shape = tuple[tuple[Callable[[], str], int, _Cell], ...]

_NUMBERS: _Shape = (
    (lambda: pgettext("head of a sheet", "Number"), 10, lambda r, _w: r.number),
    (lambda: pgettext("head of a sheet", "Year"), 8, lambda r, _w: r.year),
    (lambda: pgettext("head of a sheet", "Letter number"), 14, lambda r, _w: r.text),
    (lambda: pgettext("head of a sheet", "Date"), 12, lambda r, w: w.day(_local(r))),
    (lambda: pgettext("head of a sheet", "Date and hour (ISO)"), 18, lambda r, _w: r.at),
)
_ENDS: _Shape = (
    (lambda: pgettext("head of a sheet", "Voided"), 10, lambda r, w: w.voided if r.voided else ""),
    (lambda: pgettext("head of a sheet", "Reason"), 30, lambda r, _w: r.void_reason),
)


def _term(table: Table) -> tuple[Callable[[], str], int, _Cell]:
    return (lambda: str(terms.TABLES[table]), 16, lambda r, w: w.term(r, table))


_TERMS: _Shape = tuple(_term(table) for table in CHOSEN)
_REGISTER: _Shape = (
    *_NUMBERS,
    (
        lambda: pgettext("head of a sheet", "Incoming, outgoing or internal"),
        12,
        lambda r, w: w.internal if r.internal else w.outgoing if r.outgoing else w.incoming,
    ),
    (lambda: pgettext("head of a sheet", "Subject"), 40, lambda r, _w: r.subject),
    (
        lambda: pgettext("head of a sheet", "Applicant"),
        26,
        lambda r, _w: and_others(r.person, r.others),
    ),
    (lambda: pgettext("head of a sheet", "Counter"), 28, lambda r, _w: r.office),
    (lambda: pgettext("head of a sheet", "Kind"), 12, lambda r, w: w.kinds[r.kind]),
    (
        lambda: pgettext("head of a sheet", "Urgency"),
        12,
        lambda r, w: w.urgencies.name(r.urgency, r.at),
    ),
    (
        lambda: pgettext("head of a sheet", "Sheets"),
        8,
        lambda r, _w: None if r.outgoing else r.sheets,
    ),
    (lambda: pgettext("head of a sheet", "Sender's number"), 16, lambda r, _w: r.sender_number),
    (lambda: pgettext("head of a sheet", "Sender's date"), 12, lambda r, w: w.day(r.sender_date)),
    (lambda: pgettext("head of a sheet", "Sender's date (ISO)"), 14, lambda r, _w: r.sender_date),
    (lambda: pgettext("head of a sheet", "Referred to"), 26, lambda r, _w: r.holder),
    (lambda: pgettext("head of a sheet", "Transferred to"), 26, lambda r, _w: r.passed_to),
    (lambda: pgettext("head of a sheet", "Answer to"), 14, lambda r, _w: r.answers),
    *_TERMS,
    *_ENDS,
)
_DISPATCH: _Shape = (
    *_NUMBERS,
    (lambda: pgettext("head of a sheet", "Answer to"), 14, lambda r, _w: r.answers),
    (lambda: pgettext("head of a sheet", "Subject"), 40, lambda r, _w: r.subject),
    (
        lambda: pgettext("head of a sheet", "Receiver"),
        26,
        lambda r, _w: and_others(r.person, r.others),
    ),
    (lambda: pgettext("head of a sheet", "By way of counter"), 28, lambda r, _w: r.office),
    (lambda: pgettext("head of a sheet", "Signed by"), 26, lambda r, _w: r.signer),
    (
        lambda: pgettext("head of a sheet", "State"),
        18,
        lambda r, w: w.refused if r.refused else "",
    ),
    *_TERMS,
)


def _local(row: BookRow) -> date:
    return row.at.astimezone(clock.TEHRAN).date()


def _lines(
    rows: Iterator[BookRow], cells: list[_Cell], words: _Words
) -> Iterator[tuple[xlsx.Cell, ...]]:
    for row in rows:
        yield tuple(cell(row, words) for cell in cells)
