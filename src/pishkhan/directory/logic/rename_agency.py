from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, NameKind, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency, AgencyName
from pishkhan.directory.rules import line, norm, padded
from pishkhan.journal import api as journal


def rename_agency(actor: Actor, *, agency_id: UUID, name: str, short: str | None = None) -> None:
    """Give an agency a new name; the old one stays and is found as a former name.

    Needs ADMIN. Raises NotFound `directory.no-agency`.
    """
    actor.require(Right.ADMIN)
    name = line("name", name, longest=200)
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), agency_id, "agency")
        form = padded(name)
        AgencyName.objects.filter(agency=agency, kind=NameKind.OFFICIAL).update(
            kind=NameKind.FORMER
        )
        kept = AgencyName.objects.filter(agency=agency, norm=form)
        if not kept.update(kind=NameKind.OFFICIAL, name=name):
            AgencyName.objects.create(
                agency=agency, kind=NameKind.OFFICIAL.value, name=name, norm=form
            )
        agency.name = name
        agency.norm = norm(name, 210)
        if short is not None:
            agency.short = line("short", short, longest=60, required=False)
        agency.save(update_fields=["name", "norm", "short"])
        act.append("agency.renamed", subject=agency_id, actor=actor.ref, fields={"name": name})
