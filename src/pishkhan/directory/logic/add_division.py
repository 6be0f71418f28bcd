from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, DivisionLevel, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.models import Division
from pishkhan.directory.rules import line, norm
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id


def add_division(
    actor: Actor,
    *,
    code: str,
    level: DivisionLevel,
    name: str,
    name_en: str = "",
    parent_id: UUID | None = None,
) -> UUID:
    """Add one division of the country and return its id.

    `code` is the Statistical Centre's, the parent's code first. Needs ADMIN. Raises Refused
    `directory.twin-code`, NotFound `directory.no-division` for the parent.
    """
    actor.require(Right.ADMIN)
    code = line("code", code, longest=20)
    name = line("name", name, longest=120)
    with journal.act() as act:
        refuse_twin(Division.objects.filter(code=code), "directory.twin-code", "code")
        parent = None if parent_id is None else the(Division.objects.all(), parent_id, "division")
        division = Division.objects.create(
            id=new_id(),
            code=code,
            level=level.value,
            name=name,
            name_en=line("name_en", name_en, longest=120, required=False),
            norm=norm(name, 130),
            parent=parent,
        )
        act.append(
            "division.added",
            subject=division.id,
            actor=actor.ref,
            fields={"code": code, "level": level.value},
        )
    return division.id
