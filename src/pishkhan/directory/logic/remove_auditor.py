from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.logic.common import end_all
from pishkhan.directory.models import Holding
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound


def remove_auditor(actor: Actor, *, user_id: UUID) -> None:
    """End a person's seat as an auditor now; what he opened stays on record.

    Needs ADMIN. Raises NotFound `directory.no-auditor`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        seats = Holding.objects.select_for_update(of=("self",)).filter(
            kind=SeatKind.AUDIT, user_id=user_id
        )
        ended = end_all(seats, act.at)
        if not ended:
            raise NotFound("directory.no-auditor")
        act.append(
            "auditor.removed",
            subject=user_id,
            actor=actor.ref,
            fields={"holding": str(ended[0].id)},
        )
