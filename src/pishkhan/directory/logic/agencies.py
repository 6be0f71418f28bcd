"""Reading agencies."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import AgencyRow, AgencyView, NameKind
from pishkhan.directory.logic.common import contains_words, page
from pishkhan.directory.models import Agency, AgencyName
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page
from pishkhan.kernel.text import normalise


def agency(agency_id: UUID) -> AgencyView:
    """Return an agency, open or closed, with its other names; NotFound `directory.no-agency`."""
    row = Agency.objects.select_related("parent", "division").filter(pk=agency_id).first()
    if row is None:
        raise NotFound("directory.no-agency")
    names = (
        AgencyName.objects.filter(agency_id=agency_id)
        .exclude(kind=NameKind.OFFICIAL)
        .order_by("id")
        .values_list("kind", "name")
    )
    return AgencyView(
        id=row.id,
        code=row.code,
        name=row.name,
        short=row.short,
        parent_id=row.parent_id,
        parent_name="" if row.parent is None else row.parent.name,
        division_id=row.division_id,
        division_name="" if row.division is None else row.division.name,
        active=row.active,
        names=tuple((NameKind(kind), name) for kind, name in names),
    )


def agencies(
    q: str = "",
    *,
    parent_id: UUID | None = None,
    dehyaris: bool = True,
    after: str | None = None,
    limit: int = 50,
) -> Page[AgencyRow]:
    """Return a page of agencies by name, closed ones too; `parent_id` narrows to one branch's top.

    Without `dehyaris`, these are left out.

    `q` is words of the official name; `find_agencies` is for people. One query.
    """
    rows = contains_words(Agency.objects.all(), normalise(q).split())
    if not dehyaris:
        rows = rows.filter(dehyari__isnull=True)
    if parent_id is not None:
        rows = rows.filter(parent_id=parent_id)
    return page(
        rows,
        ("id", "code", "name", "parent_id", "parent__name", "active"),
        lambda id_, code, name, parent, parent_name, active: AgencyRow(
            id_, code, name, parent, parent_name or "", active
        ),
        after=after,
        limit=limit,
    )
