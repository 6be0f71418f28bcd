"""Groups of bodies below an agency in the tree: which there are, and who is in them."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from django.db.models import Q

from pishkhan.directory.contracts.bodies import Bodies, BodiesKind, BodiesRow, Body
from pishkhan.directory.models import Agency, Secretariat
from pishkhan.kernel.errors import NotFound

DEPTH = 6
"""Levels below an agency; a province has three: county, district, village."""

MOST_GROUPS = 200

_NAMES = {
    BodiesKind.BELOW: "دستگاه‌های زیرمجموعهٔ {}",
    BodiesKind.OFFICES: "دستگاه‌های زیرمجموعهٔ {} (بدون دهیاری‌ها)",
    BodiesKind.DEHYARIS: "دهیاری‌های زیرمجموعهٔ {}",
}
"""Names of groups as they stand on paper, which is Persian whatever the reader's language."""

_OF = {
    BodiesKind.BELOW: Q(),
    BodiesKind.OFFICES: Q(agency__dehyari__isnull=True),
    BodiesKind.DEHYARIS: Q(agency__dehyari__isnull=False),
}


def bodies_below(agency_id: UUID) -> list[BodiesRow]:
    """Return the groups below an agency: all of it, then those of each agency with some below.

    Where dehyaris are among others, the dehyaris and the others apart too. Two queries. Empty
    for an agency with nobody below it that takes letters.
    """
    tree = dict(
        Agency.objects.filter(_below(agency_id), active=True).values_list("id", "parent_id")
    )
    if not tree:
        return []
    takes = Secretariat.objects.filter(
        _below(agency_id, "agency__"), agency__active=True, is_default=True, active=True
    ).values_list("agency_id", "agency__dehyari__agency_id")
    sizes: Counter[UUID] = Counter()
    villages: Counter[UUID] = Counter()
    for body, dehyari in takes:
        above = tree.get(body)
        for _level in range(DEPTH):
            if above is None:
                break
            sizes[above] += 1
            villages[above] += dehyari is not None
            above = None if above == agency_id else tree.get(above)
    known = Agency.objects.filter(pk__in=list(sizes)).order_by("norm", "id")
    names = list(known.values_list("id", "name")[:MOST_GROUPS])
    names.sort(key=lambda each: each[0] != agency_id)
    return [
        BodiesRow(Bodies(kind, id_), named(kind, name), size)
        for id_, name in names
        for kind, size in _kinds(sizes[id_], villages[id_])
    ]


def _kinds(size: int, dehyaris: int) -> list[tuple[BodiesKind, int]]:
    """Return which groups are offered below an agency, and how large each is."""
    if not dehyaris:
        return [(BodiesKind.BELOW, size)]
    if dehyaris == size:
        return [(BodiesKind.DEHYARIS, size)]
    return [
        (BodiesKind.BELOW, size),
        (BodiesKind.OFFICES, size - dehyaris),
        (BodiesKind.DEHYARIS, dehyaris),
    ]


def bodies_in(within: UUID, bodies: Bodies) -> tuple[str, list[Body]]:
    """Return a group's name and who is in it, by name; closed ones and those without a desk not.

    Two queries. NotFound `directory.no-bodies` for a group that is not of `within` or below it.
    """
    top = Agency.objects.filter(_below(within) | Q(pk=within), pk=bodies.agency_id, active=True)
    name = top.values_list("name", flat=True).first()
    if name is None:
        raise NotFound("directory.no-bodies")
    rows = (
        Secretariat.objects.filter(
            _below(bodies.agency_id, "agency__"),
            _OF[bodies.kind],
            agency__active=True,
            is_default=True,
            active=True,
        )
        .order_by("agency__norm", "agency_id")
        .values_list("agency_id", "agency__name", "id")
    )
    return named(bodies.kind, name), [Body(*row) for row in rows if row[0] != within]


def named(kind: BodiesKind, name: str) -> str:
    """Return a group's name."""
    return _NAMES[kind].format(name)[:200]


def _below(agency_id: UUID, prefix: str = "") -> Q:
    """Return the condition that an agency lies below one, DEPTH levels deep at most."""
    found = Q()
    for depth in range(1, DEPTH + 1):
        found |= Q(**{prefix + "parent__" * (depth - 1) + "parent_id": agency_id})
    return found
