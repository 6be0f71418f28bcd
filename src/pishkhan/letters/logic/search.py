"""Search letters by code, number, person, or words of subject, text and name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.jalali import jalali_year
from pishkhan.kernel.pages import Page, bounded, decode_cursor, encode_cursor
from pishkhan.kernel.text import clean_line, latin_digits, mask_name, words
from pishkhan.letters.access import cleared, counter_of, opens_to, post_of, secretariat_of
from pishkhan.letters.contracts import NumberState, SearchHit
from pishkhan.letters.logic.persons import note_search
from pishkhan.letters.logic.search_engine import Side, find
from pishkhan.letters.logic.series import series_of
from pishkhan.letters.models import Answer, Arrival, Draft, LetterNumber, Referral, Submission
from pishkhan.letters.numbering import read_back
from pishkhan.letters.rules import number_text

LONGEST_QUERY = 200
MOST_WORDS = 12
YEARS_BACK = 10
"""A number without a year is looked for in this and so many earlier years."""

_TEXT = re.compile(r"[0-9].*[/\-._]|[/\-._].*[0-9]")
"""What a number of an indicator with a template of its own looks like."""
_NUMBER = re.compile(r"(?:(?P<year>1[2-5][0-9]{2})\s*[/\-]\s*)?(?P<number>[0-9]{1,9})")
_PERSON = re.compile(r"[0-9]{8,15}")
_CODE = re.compile(r"[0-9]{13}")


class _Side(Protocol):
    """What differs between the two sides. Each query is bound to what the actor may see."""

    def by_code(self, code: str) -> QuerySet[Any]: ...
    def by_number(self, numbers: Sequence[tuple[int, int]]) -> QuerySet[Any]: ...
    def by_text(self, text: str) -> QuerySet[Any]: ...
    def by_person(self, number: str) -> QuerySet[Any]: ...
    def by_words(
        self, wanted: Sequence[str], after: str | None, limit: int
    ) -> list[tuple[str, UUID]]: ...
    def hits(self, rows: QuerySet[Any]) -> dict[UUID, SearchHit]: ...
    def visible(self) -> QuerySet[Any]: ...


def search(actor: Actor, q: str, *, after: str | None = None, limit: int = 25) -> Page[SearchHit]:
    """Return the letters that the actor may open and that `q` names, newest first.

    At a counter: that counter's. With SECRETARIAT: the secretariat's. Else: those referred to the
    post. 13 digits are a tracking code, `year/number` or up to 9 digits a letter number (ours,
    incoming or outgoing), 8 to 15 digits a person's number; whatever is none of these there is
    looked for as words, each from its beginning. At a counter names come masked, and a search by
    a person's number is a look-up with its entry. Raises Forbidden for a seat without letters,
    Invalid (field `q`).
    """
    side = _side(actor)
    try:
        asked = clean_line(q, max=LONGEST_QUERY)
    except Invalid as error:
        raise Invalid(error.code, fields={"q": error.message}) from None
    wanted = words(asked)
    if len(wanted) > MOST_WORDS:
        raise Invalid(
            "letters.too-many-words", fields={"q": Message(N_("Search with fewer words."))}
        )
    way, place = _place(after)
    limit = bounded(limit)
    if way != "words":
        exact = _exact(side, latin_digits(asked))
        for name, rows in exact.items():
            if way in ("", name):
                if name == "person" and not way and Right.COUNTER in actor.rights:
                    note_search(actor, _person(latin_digits(asked)))
                page = _keyset(side, name, rows, place, limit)
                if page.rows or way:
                    return page
    found = side.by_words(wanted, place if way == "words" else None, limit + 1)
    hits = side.hits(side.visible().filter(pk__in=[id_ for _, id_ in found]))
    return Page(
        tuple(hits[id_] for _, id_ in found[:limit] if id_ in hits),
        encode_cursor("words", found[limit - 1][0]) if len(found) > limit else None,
    )


def _side(actor: Actor) -> _Side:
    if Right.COUNTER in actor.rights:
        return _CounterSide(counter_of(actor).id)
    if Right.SECRETARIAT in actor.rights:
        office = secretariat_of(actor)
        return _AgencySide(office.id, office.agency_id, None, cleared(actor))
    post_id = post_of(actor)
    agency_id = actor.office.agency_id if actor.office else None
    return _AgencySide(None, agency_id, post_id, cleared(actor))


def _exact(side: _Side, asked: str) -> dict[str, QuerySet[Any]]:
    """Return what a query of digits may mean, by name of the way, likeliest first."""
    run = _run(asked)
    ways: dict[str, QuerySet[Any]] = {}
    if _CODE.fullmatch(run):
        ways["code"] = side.by_code(run)
    number = _NUMBER.fullmatch(asked.strip())
    if number is not None:
        value = int(number["number"])
        this = jalali_year(clock.current().now())
        years = [int(number["year"])] if number["year"] else range(this - YEARS_BACK, this + 1)
        ways["number"] = side.by_number([(year, value) for year in years])
    elif _TEXT.search(asked):
        ways["number"] = side.by_text(asked.strip())
    if _PERSON.fullmatch(run):
        ways["person"] = side.by_person(_person(asked))
    return ways


def _run(asked: str) -> str:
    return re.sub(r"[\s\-\u200c]", "", asked)


def _person(asked: str) -> str:
    return _run(asked).zfill(10)


def _place(after: str | None) -> tuple[str, str]:
    if after is None:
        return "", ""
    parts = decode_cursor(after)
    if len(parts) != 2 or parts[0] not in ("code", "number", "person", "words"):
        raise Invalid("pages.cursor", N_("This page of the list does not exist; begin again."))
    return parts[0], parts[1]


def _keyset(side: _Side, way: str, rows: QuerySet[Any], place: str, limit: int) -> Page[SearchHit]:
    if place:
        try:
            rows = rows.filter(id__lt=UUID(place))
        except ValueError:
            raise Invalid(
                "pages.cursor", N_("This page of the list does not exist; begin again.")
            ) from None
    found = list(side.hits(rows.order_by("-id")[: limit + 1]).values())
    return Page(
        tuple(found[:limit]),
        encode_cursor(way, str(found[limit - 1].id)) if len(found) > limit else None,
    )


def _hits(side: Side, rows: QuerySet[Any], at: str) -> dict[UUID, SearchHit]:
    columns = rows.values_list(
        "id", "tracking_code", "number_text", "subject", "applicant_name", "state", at, "others"
    )
    return {row[0]: SearchHit(side.value, *row) for row in columns}


@dataclass(frozen=True, slots=True)
class _CounterSide:
    counter_id: UUID

    def visible(self) -> QuerySet[Any]:
        return Submission.objects.filter(counter_id=self.counter_id)

    def by_code(self, code: str) -> QuerySet[Any]:
        return self.visible().filter(tracking_code=code)

    def by_number(self, numbers: Sequence[tuple[int, int]]) -> QuerySet[Any]:
        """The agency's number of the letter, or the outgoing number of an answer to it."""
        texts = [number_text(number, year) for year, number in numbers]
        answers = Answer.objects.filter(counter_id=self.counter_id, number_text__in=texts)
        answered = list(answers.values_list("letter_id", flat=True))
        named = Q(number_text__in=texts)
        return self.visible().filter(named | Q(pk__in=answered) if answered else named)

    def by_text(self, text: str) -> QuerySet[Any]:
        answers = Answer.objects.filter(counter_id=self.counter_id, number_text=text)
        answered = list(answers.values_list("letter_id", flat=True))
        named = Q(number_text=text)
        return self.visible().filter(named | Q(pk__in=answered) if answered else named)

    def by_person(self, number: str) -> QuerySet[Any]:
        return self.visible().filter(applicant_number=number)

    def by_words(
        self, wanted: Sequence[str], after: str | None, limit: int
    ) -> list[tuple[str, UUID]]:
        return find(Side.COUNTER, wanted, mark=("o", self.counter_id), after=after, limit=limit)

    def hits(self, rows: QuerySet[Any]) -> dict[UUID, SearchHit]:
        found = _hits(Side.COUNTER, rows, "accepted_at")
        return {
            id_: replace(hit, applicant_name=mask_name(hit.applicant_name))
            for id_, hit in found.items()
        }


@dataclass(frozen=True, slots=True)
class _AgencySide:
    """Of a secretariat (`office_id`), or of a post: then of all its agency's secretariats."""

    office_id: UUID | None
    agency_id: UUID | None
    post_id: UUID | None
    cleared: Q

    def visible(self) -> QuerySet[Any]:
        if self.post_id is None:
            assert self.office_id is not None
            return Arrival.objects.filter(self.cleared, secretariat_id=self.office_id)
        part = Referral.objects.filter(opens_to(self.post_id), arrival_id=OuterRef("pk"))
        wrote = Draft.objects.filter(by_post_id=self.post_id, arrival_id=OuterRef("pk"))
        return Arrival.objects.filter(self.cleared, Exists(part) | Exists(wrote))

    def by_code(self, code: str) -> QuerySet[Any]:
        return self.visible().filter(tracking_code=code)

    def by_number(self, numbers: Sequence[tuple[int, int]]) -> QuerySet[Any]:
        """Both directions: an outgoing number leads to the letter that it answered."""
        named = Q()
        for year, number in numbers:
            named |= Q(year=year, number=number)
        return self._numbered(named)

    def by_text(self, text: str) -> QuerySet[Any]:
        """A number as printed, of whichever indicator can have written it."""
        named = Q(pk__in=[])
        for office in self._secretariats():
            for each in series_of(office):
                read = read_back(each.template, each.unit, text)
                if read is not None:
                    named |= Q(series_id=each.id, year=read[0], number=read[1])
        return self._numbered(named)

    def _numbered(self, named: Q) -> QuerySet[Any]:
        issued = LetterNumber.objects.filter(named, secretariat_id__in=self._secretariats())
        items = list(
            issued.exclude(state=NumberState.VOIDED.value).values_list("item_id", flat=True)
        )
        answered = Draft.objects.filter(pk__in=items).values_list("arrival_id", "arrival__official")
        for arrival_id, official in answered:
            items.append(arrival_id)
            # A post's internal letter: what its receivers have bears the number too.
            if self.post_id is not None and official.get("delivered"):
                items.append(UUID(official["delivered"]))
        return self.visible().filter(pk__in=items)

    def by_person(self, number: str) -> QuerySet[Any]:
        # Named offices, for the index of people begins with the office.
        return self.visible().filter(
            applicant_number=number, secretariat_id__in=self._secretariats()
        )

    def _secretariats(self) -> list[UUID]:
        if self.office_id is not None:
            return [self.office_id]
        assert self.agency_id is not None
        return [office.id for office in directory.offices_of_agency(self.agency_id)]

    def by_words(
        self, wanted: Sequence[str], after: str | None, limit: int
    ) -> list[tuple[str, UUID]]:
        if self.office_id is not None:
            mark = ("o", self.office_id)
        elif self.agency_id is not None:
            mark = ("a", self.agency_id)
        else:
            return []
        return find(Side.AGENCY, wanted, mark=mark, post_id=self.post_id, after=after, limit=limit)

    def hits(self, rows: QuerySet[Any]) -> dict[UUID, SearchHit]:
        return _hits(Side.AGENCY, rows, "arrived_at")
