from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def close_agency(actor: Actor, *, agency_id: UUID, reason: str = "") -> None:
    """Close an agency: it is no longer found as a destination; its posts finish their work.

    Needs ADMIN. Raises Refused `directory.closed` when it is closed, `directory.has-children`
    while an open agency stands under it. `reason` is not personal data: it goes on record.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), agency_id, "agency")
        if not agency.active:
            raise Refused("directory.closed", N_("It is closed already."))
        if agency.children.filter(active=True).exists():
            raise Refused("directory.has-children", N_("Close the agencies under it first."))
        agency.active = False
        agency.save(update_fields=["active"])
        act.append("agency.closed", subject=agency_id, actor=actor.ref, fields={"reason": reason})
