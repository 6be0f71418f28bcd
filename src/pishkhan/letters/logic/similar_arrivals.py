"""Letters of a secretariat that came before and say the same: one letter brought twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.text import similarity
from pishkhan.letters.access import cleared, secretariat_of
from pishkhan.letters.contracts import ArrivalRow, ArrivalState, Way
from pishkhan.letters.logic.arrivals import ARRIVAL_COLUMNS, arrival_row
from pishkhan.letters.logic.looks import scans_alike
from pishkhan.letters.logic.pages import digests_of
from pishkhan.letters.logic.submissions import ALIKE, NEAR_DAYS, NEAR_TEXT
from pishkhan.letters.models import Arrival

_LOOKED_AT = 400
_SHOWN = 3
_ENDED = (ArrivalState.SET_ASIDE.value, ArrivalState.WITHDRAWN.value)


class _Words(NamedTuple):
    id: UUID
    letter_id: UUID
    number: str
    name: str
    subject: str
    body: str


def similar_arrivals(
    actor: Actor, arrival_ids: Iterable[UUID]
) -> dict[UUID, tuple[ArrivalRow, ...]]:
    """Return the earlier letters that each of these is like, newest first, at most three each.

    Only letters of the actor's own secretariat, and only those that are like another. Alike are
    two of the same person, or of the same agency, within `NEAR_DAYS`, with about the same subject,
    near the same text, one same file, or a page that looks like a scan of the same paper. A letter
    set aside or withdrawn says nothing of a new one. Three queries however many are asked for,
    and two more where only the look can tell; Forbidden for another seat than a secretariat's.
    """
    office = secretariat_of(actor).id
    came = Arrival.objects.filter(way=Way.INCOMING.value)
    mine = came.filter(cleared(actor), secretariat_id=office)
    asked = list(mine.filter(pk__in=set(arrival_ids)).values_list(*_WORDS, "arrived_at"))
    if not asked:
        return {}
    since = min(row[-1] for row in asked) - timedelta(days=NEAR_DAYS)
    before = (
        mine.filter(applicant_number__in={row[2] for row in asked}, arrived_at__gte=since)
        .exclude(state__in=_ENDED)
        .order_by("-id")
    )
    return _matched([_Words(*row[:-1]) for row in asked], before, office)


_WORDS = ("id", "letter_id", "applicant_number", "applicant_name", "subject", "body")


def _matched(
    asked: list[_Words], before: QuerySet[Arrival], office: UUID
) -> dict[UUID, tuple[ArrivalRow, ...]]:
    found = list(before.values_list(*ARRIVAL_COLUMNS, *_WORDS)[:_LOOKED_AT])
    others: dict[tuple[str, str], list[tuple[_Words, tuple[Any, ...]]]] = defaultdict(list)
    for row in found:
        words = _Words(*row[len(ARRIVAL_COLUMNS) :])
        others[_writer(words)].append((words, row[: len(ARRIVAL_COLUMNS)]))
    files = digests_of(office, {each.letter_id for each in asked} | {row[-5] for row in found})
    known: dict[UUID, set[UUID]] = {}
    undecided: list[tuple[UUID, UUID]] = []
    for each in asked:
        earlier = [words for words, _ in others[_writer(each)] if words.id < each.id]
        known[each.id] = {words.id for words in earlier if _same(each, words, files)}
        if not known[each.id]:
            undecided += [(each.letter_id, words.letter_id) for words in earlier]
    looked = scans_alike(office, undecided)
    alike = {
        each.id: tuple(
            replace(arrival_row(row), by_scan=words.id not in known[each.id])
            for words, row in others[_writer(each)]
            if words.id in known[each.id] or (each.letter_id, words.letter_id) in looked
        )[:_SHOWN]
        for each in asked
    }
    return {id_: rows for id_, rows in alike.items() if rows}


def _writer(words: _Words) -> tuple[str, str]:
    """Return who wrote it: a person by number, an agency by its name."""
    return (words.number, "") if words.number else ("", words.name)


def _same(one: _Words, other: _Words, files: Mapping[UUID, frozenset[str]]) -> bool:
    nothing: frozenset[str] = frozenset()
    return (
        similarity(one.subject, other.subject) >= ALIKE
        or bool(one.body and similarity(one.body, other.body) >= NEAR_TEXT)
        or bool(files.get(one.letter_id, nothing) & files.get(other.letter_id, nothing))
    )
