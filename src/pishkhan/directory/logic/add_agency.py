from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory.contracts import Actor, NameKind, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.models import Agency, AgencyName, Division
from pishkhan.directory.rules import line, norm, padded
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id


def add_agency(
    actor: Actor,
    *,
    code: str,
    name: str,
    parent_id: UUID | None = None,
    division_id: UUID | None = None,
    short: str = "",
    nicknames: Sequence[str] = (),
) -> UUID:
    """Add an agency under its parent and return its id.

    Needs ADMIN. Raises Refused `directory.twin-code`, NotFound for parent or division.
    """
    actor.require(Right.ADMIN)
    code = line("code", code, longest=40)
    name = line("name", name, longest=200)
    with journal.act() as act:
        refuse_twin(Agency.objects.filter(code=code), "directory.twin-code", "code")
        agency = Agency.objects.create(
            id=new_id(),
            code=code,
            name=name,
            norm=norm(name, 210),
            short=line("short", short, longest=60, required=False),
            parent=None if parent_id is None else the(Agency.objects.all(), parent_id, "agency"),
            division=None
            if division_id is None
            else the(Division.objects.all(), division_id, "division"),
        )
        names = {padded(name): (NameKind.OFFICIAL, name)}
        for nickname in (line("nicknames", each, longest=200) for each in nicknames):
            names.setdefault(padded(nickname), (NameKind.NICKNAME, nickname))
        for form, (kind, text) in names.items():
            AgencyName.objects.create(agency=agency, kind=kind.value, name=text, norm=form)
        act.append(
            "agency.added",
            subject=agency.id,
            actor=actor.ref,
            fields={"code": code, "parent": str(parent_id or ""), "names": len(names)},
        )
    return agency.id
