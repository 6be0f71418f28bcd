from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def reactivate_user(actor: Actor, *, user_id: UUID) -> None:
    """Open a closed login again; it holds nothing until it is seated anew.

    Needs ADMIN. Raises Refused `directory.user-active`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if user.is_active:
            raise Refused("directory.user-active", N_("The person's login is active."))
        user.is_active = True
        user.save(update_fields=["is_active"])
        act.append("user.reactivated", subject=user_id, actor=actor.ref)
