from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import end_all
from pishkhan.directory.models import Holding
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound


def remove_clerk(actor: Actor, *, counter_id: UUID, user_id: UUID) -> None:
    """End a person's work at a counter now; history stays.

    Needs ADMIN. Raises NotFound `directory.no-clerk` when he does not work there.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        mine = Holding.objects.filter(counter_id=counter_id, user_id=user_id)
        ended = end_all(mine, act.at)
        if not ended:
            raise NotFound("directory.no-clerk")
        for holding in ended:
            act.append(
                "clerk.removed",
                subject=counter_id,
                actor=actor.ref,
                fields={"holding": str(holding.id), "user": str(user_id)},
            )
