from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, NameKind, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.models import Agency, AgencyName
from pishkhan.directory.rules import line, padded
from pishkhan.journal import api as journal


def add_agency_name(
    actor: Actor, *, agency_id: UUID, name: str, kind: NameKind = NameKind.NICKNAME
) -> None:
    """Add a nickname or a former name under which people look for the agency.

    Needs ADMIN. Raises Refused `directory.twin-name` when the agency is known by it already;
    the official name changes by `rename_agency` only.
    """
    actor.require(Right.ADMIN)
    name = line("name", name, longest=200)
    kind = NameKind.NICKNAME if kind is NameKind.OFFICIAL else kind
    with journal.act() as act:
        agency = the(Agency.objects.all(), agency_id, "agency")
        twins = AgencyName.objects.filter(agency=agency, norm=padded(name))
        refuse_twin(twins, "directory.twin-name", "name")
        AgencyName.objects.create(agency=agency, kind=kind.value, name=name, norm=padded(name))
        act.append(
            "agency.name_added",
            subject=agency_id,
            actor=actor.ref,
            fields={"name": name, "type": kind.value},
        )
