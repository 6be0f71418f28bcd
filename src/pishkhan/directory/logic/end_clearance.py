from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Clearance
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def end_clearance(actor: Actor, *, clearance_id: UUID) -> None:
    """End a person's clearance now; what it opened is closed at the next request. Needs ADMIN.

    Raises NotFound `directory.no-clearance`, Refused `directory.clearance-over`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        row = the(Clearance.objects.select_for_update(), clearance_id, "clearance")
        if row.until_at is not None and row.until_at <= act.at:
            raise Refused("directory.clearance-over", N_("This clearance has ended already."))
        row.until_at = max(act.at, row.from_at)
        row.save(update_fields=["until_at"])
        act.append(
            "clearance.ended",
            subject=row.user_id,
            actor=actor.ref,
            fields={"clearance": str(row.id)},
        )
