from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.models import Holding
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.i18n import N_


def remove_administrator(actor: Actor, *, user_id: UUID) -> None:
    """End a person's administration now.

    Needs ADMIN. Raises NotFound `directory.no-administrator`; Refused
    `directory.last-administrator`, so that nobody locks everybody out.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        # All are locked, so that two who dismiss each other at once do not both succeed.
        seats = list(
            Holding.objects.select_for_update(of=("self",))
            .filter(kind=SeatKind.ADMIN, until_at=None)
            .order_by("id")
        )
        mine = next((seat for seat in seats if seat.user_id == user_id), None)
        if mine is None:
            raise NotFound("directory.no-administrator")
        if len(seats) == 1:
            raise Refused(
                "directory.last-administrator", N_("Add another administrator before this.")
            )
        mine.until_at = max(act.at, mine.from_at)
        mine.save(update_fields=["until_at"])
        act.append(
            "administrator.removed",
            subject=user_id,
            actor=actor.ref,
            fields={"holding": str(mine.id)},
        )
