from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor, ClerkRole, Right, SeatKind
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Counter, Holding, User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.ids import new_id


def add_clerk(
    actor: Actor,
    *,
    counter_id: UUID,
    user_id: UUID,
    role: ClerkRole = ClerkRole.CLERK,
    from_at: datetime | None = None,
) -> UUID:
    """Let a person work at a counter and return the holding's id.

    Needs ADMIN. Raises Refused: `directory.counter-closed`, `directory.user-inactive`,
    `directory.holds-already`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        counter = the(Counter.objects.select_for_update(), counter_id, "counter")
        user = the(User.objects.all(), user_id, "user")
        if not counter.active:
            raise Refused("directory.counter-closed", N_("The counter is closed."))
        if not user.is_active:
            raise Refused("directory.user-inactive", N_("The person's login is inactive."))
        if Holding.objects.filter(counter=counter, user=user, until_at=None).exists():
            raise Refused("directory.holds-already", N_("This person works there already."))
        holding = Holding.objects.create(
            id=new_id(),
            kind=SeatKind.COUNTER.value,
            user=user,
            counter=counter,
            role=role.value,
            from_at=from_at or act.at,
        )
        act.append(
            "clerk.added",
            subject=counter_id,
            actor=actor.ref,
            fields={"holding": str(holding.id), "role": role.value, "user": str(user_id)},
        )
    return holding.id
