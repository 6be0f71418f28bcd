"""Reading dehyaris and villages."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from pishkhan.directory.contracts import DivisionLevel
from pishkhan.directory.contracts.dehyaris import (
    DehyariFigures,
    DehyariFilter,
    DehyariRow,
    DehyariView,
    Superior,
    VillageRow,
)
from pishkhan.directory.logic.common import contains_words, holds_at, page
from pishkhan.directory.models import (
    Agency,
    AgencyName,
    Dehyari,
    DehyariVillage,
    Division,
    Holding,
)
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import normalise

_VILLAGE = (
    "id",
    "code",
    "name",
    "parent_id",
    "parent__name",
    "parent__parent__name",
    "parent__parent__parent__name",
    "served__dehyari_id",
    "served__dehyari__agency__name",
    "served__dehyari__agency__active",
)
MOST_TOGETHER = 400
"""Villages of a rural district that are offered together; no district has half as many."""


def dehyaris(
    q: str = "",
    *,
    only: DehyariFilter = DehyariFilter.ALL,
    after: str | None = None,
    limit: int = 50,
) -> Page[DehyariRow]:
    """Return a page of dehyaris by name: with these words in their names or their villages'.

    Two queries.
    """
    now = clock.current().now()
    rows = _with_holder(Agency.objects.filter(dehyari__isnull=False), now)
    words = normalise(q).split()
    if words:
        named = contains_words(AgencyName.objects.all(), words)
        rows = rows.filter(pk__in=named.values("agency_id"))
    if only is DehyariFilter.VACANT:
        rows = rows.filter(~Exists(_held(now)), active=True)
    elif only is not DehyariFilter.ALL:
        rows = rows.filter(dehyari__counter__isnull=only is DehyariFilter.NOT_HOSTING, active=True)
    found = page(
        rows,
        ("id", "code", "name", "parent__name", "holder", "dehyari__counter_id", "active"),
        lambda *row: row,
        after=after,
        limit=limit,
    )
    names = _village_names([row[0] for row in found.rows])
    return Page(
        rows=tuple(
            DehyariRow(id_, code, name, above or "", tuple(names[id_]), dehyar, bool(at), open_)
            for id_, code, name, above, dehyar, at, open_ in found.rows
        ),
        next=found.next,
    )


def dehyari(dehyari_id: UUID) -> DehyariView:
    """Return one dehyari; NotFound `directory.no-dehyari`. Four queries."""
    now = clock.current().now()
    row = Dehyari.objects.select_related("agency__parent", "counter").filter(pk=dehyari_id).first()
    if row is None:
        raise NotFound("directory.no-dehyari")
    held = Holding.objects.filter(holds_at(now))
    holder = held.filter(post_id=row.post_id).values_list("user_id", "user__full_name").first()
    there = False
    if holder is not None and row.counter_id is not None:
        there = held.filter(counter_id=row.counter_id, user_id=holder[0]).exists()
    agency, counter = row.agency, row.counter
    villages = Division.objects.filter(served__dehyari_id=dehyari_id).order_by("norm", "id")
    return DehyariView(
        id=agency.id,
        code=agency.code,
        name=agency.name,
        active=agency.active,
        superior_id=agency.parent_id,
        superior="" if agency.parent is None else agency.parent.name,
        villages=tuple(_village(*each) for each in villages.values_list(*_VILLAGE)),
        post_id=row.post_id,
        dehyar_id=holder[0] if holder else None,
        dehyar=holder[1] if holder else "",
        counter_id=row.counter_id,
        counter="" if counter is None else counter.name,
        at_counter=there,
    )


def is_dehyari(agency_id: UUID) -> bool:
    """Return whether an agency is a dehyari."""
    return Dehyari.objects.filter(pk=agency_id).exists()


def host_of(counter_id: UUID) -> Superior | None:
    """Return the dehyari that hosts a counter; None for a counter that stands for itself."""
    row = Dehyari.objects.filter(counter_id=counter_id).values_list("agency_id", "agency__name")
    found = row.first()
    return None if found is None else Superior(*found)


def superior_of(agency_id: UUID) -> Superior | None:
    """Return the office over a dehyari that takes letters; None for another agency. One query."""
    row = Agency.objects.filter(
        pk=agency_id,
        dehyari__isnull=False,
        parent__active=True,
        parent__secretariats__is_default=True,
        parent__secretariats__active=True,
    ).values_list("parent_id", "parent__name")
    found = row.first()
    return None if found is None else Superior(*found)


def superior_near(division_id: UUID) -> Superior | None:
    """Return the office of the district or county where a place lies; None when none is known."""
    chain = (
        Division.objects.filter(pk=division_id)
        .values_list("parent_id", "parent__parent_id", "parent__parent__parent_id")
        .first()
    )
    above = [each for each in chain or () if each]
    nearest = Case(*(When(division_id=id_, then=Value(n)) for n, id_ in enumerate(above)))
    rows = Agency.objects.filter(division_id__in=above, dehyari__isnull=True, active=True)
    if not above:
        return None
    found = rows.order_by(nearest, "norm", "id").values_list("id", "name").first()
    return None if found is None else Superior(*found)


def villages(
    q: str = "", *, without: bool = True, after: str | None = None, limit: int = 50
) -> Page[VillageRow]:
    """Return a page of villages by name; those without a dehyari unless told otherwise."""
    rows = _villages()
    if without:
        rows = rows.filter(~Q(served__dehyari__agency__active=True))
    return page(
        contains_words(rows, normalise(q).split()), _VILLAGE, _village, after=after, limit=limit
    )


def villages_beside(village_id: UUID) -> list[VillageRow]:
    """Return the villages of a village's rural district, itself among them, by name."""
    beside = Division.objects.filter(pk=village_id).values("parent_id")
    rows = _villages().filter(Q(parent_id__in=beside) | Q(pk=village_id)).order_by("norm", "id")
    return [_village(*row) for row in rows.values_list(*_VILLAGE)[:MOST_TOGETHER]]


def dehyari_figures() -> DehyariFigures:
    """Return how many dehyaris there are, and villages with and without one. Four queries."""
    now = clock.current().now()
    open_ = Dehyari.objects.filter(agency__active=True)
    held = Holding.objects.filter(holds_at(now), post_id=OuterRef("post_id"))
    return DehyariFigures(
        dehyaris=open_.count(),
        vacant=open_.filter(~Exists(held)).count(),
        hosting=open_.filter(counter__isnull=False).count(),
        villages=_villages().count(),
        served=DehyariVillage.objects.filter(dehyari__agency__active=True).count(),
    )


def _villages() -> QuerySet[Division]:
    return Division.objects.filter(level=DivisionLevel.VILLAGE.value)


def _village(*row: Any) -> VillageRow:
    """Return the village of a row of `_VILLAGE`."""
    id_, code, name, above, rural, district, county, dehyari_id, dehyari_name, open_ = row
    place = tuple(each for each in (rural, district, county) if each)
    return VillageRow(
        id_,
        code,
        name,
        above,
        place,
        dehyari_id if open_ else None,
        (dehyari_name or "") if open_ else "",
    )


def _held(now: datetime) -> QuerySet[Holding]:
    return Holding.objects.filter(holds_at(now), post_id=OuterRef("dehyari__post_id"))


def _with_holder(rows: QuerySet[Agency], now: datetime) -> QuerySet[Agency]:
    name = Subquery(_held(now).values("user__full_name")[:1])
    return rows.annotate(holder=Coalesce(name, Value("")))


def _village_names(ids: list[UUID]) -> defaultdict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = DehyariVillage.objects.filter(dehyari_id__in=ids).order_by("village__norm")
    for dehyari_id, name in rows.values_list("dehyari_id", "village__name"):
        found[dehyari_id].append(name)
    return found
