from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, SecretariatKind
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency, Secretariat
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id


def add_secretariat(
    actor: Actor,
    *,
    agency_id: UUID,
    name: str,
    kind: SecretariatKind = SecretariatKind.CENTRAL,
    is_default: bool | None = None,
) -> UUID:
    """Add a secretariat to an agency and return its id, which is the id of the office.

    Letters to the agency arrive at its default secretariat: the first one that is not
    confidential, unless `is_default` says otherwise (True moves it here). Needs ADMIN.
    """
    actor.require(Right.ADMIN)
    name = line("name", name, longest=200)
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), agency_id, "agency")
        former = Secretariat.objects.filter(agency=agency, is_default=True)
        if is_default is None:
            is_default = kind is not SecretariatKind.CONFIDENTIAL and not former.exists()
        if is_default:
            former.update(is_default=False)
        office = Secretariat.objects.create(
            id=new_id(), agency=agency, name=name, kind=kind.value, is_default=is_default
        )
        act.append(
            "secretariat.added",
            subject=office.id,
            actor=actor.ref,
            fields={"agency": str(agency_id), "type": kind.value, "default": is_default},
        )
    return office.id
