from __future__ import annotations

from uuid import UUID

from django.db.models import Case, IntegerField, Q, Value, When
from django.db.models.functions import Length

from pishkhan.directory.contracts import AgencyHit, NameKind
from pishkhan.directory.logic.common import contains_words
from pishkhan.directory.models import AgencyName
from pishkhan.kernel.text import normalise

_NAMES_A_HIT = 4
"""Names read for each hit wanted: an agency found by several names is shown once."""


def find_agencies(q: str, *, limit: int = 8) -> list[AgencyHit]:
    """Return agencies to which letters can go and whose names hold every word of `q`.

    Names are official, nicknames and former ones; words may be cut at either end. First the
    exact name, then names beginning with `q`, then words beginning so, then fragments; among
    equals the official name, then the shorter one. Empty for an empty `q`. One query.
    """
    query = normalise(q)
    words = query.split()
    if not words:
        return []
    rank = Case(
        When(norm=f" {query} ", then=Value(0)),
        When(norm__startswith=f" {query}", then=Value(1)),
        When(_all_words_begin(words), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    rows = (
        contains_words(
            AgencyName.objects.filter(
                agency__active=True,
                agency__secretariats__is_default=True,
                agency__secretariats__active=True,
            ),
            words,
        )
        .annotate(
            rank=rank,
            unofficial=Case(
                When(kind=NameKind.OFFICIAL, then=Value(0)),
                default=Value(1),
                output_field=IntegerField(),
            ),
        )
        .order_by("rank", "unofficial", Length("norm"), "norm", "agency_id")
        .values_list("agency_id", "agency__name", "kind", "name", "agency__secretariats__id")
    )
    hits: dict[UUID, AgencyHit] = {}
    for agency_id, official, kind, name, secretariat_id in rows[: limit * _NAMES_A_HIT]:
        hint = "" if kind == NameKind.OFFICIAL else name
        hits.setdefault(agency_id, AgencyHit(agency_id, official, hint, secretariat_id))
    return list(hits.values())[:limit]


def _all_words_begin(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(norm__contains=f" {word}")
    return condition
