from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import end_all, the
from pishkhan.directory.models import Holding, User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def deactivate_user(actor: Actor, *, user_id: UUID) -> None:
    """Close a login and end everything it holds; its sessions act no more from this moment.

    Needs ADMIN. Raises Refused `directory.user-inactive` when it is closed, and
    `directory.own-login` for one's own, so that nobody locks himself out by a slip.
    """
    actor.require(Right.ADMIN)
    if actor.user_id == user_id:
        raise Refused("directory.own-login", N_("Nobody closes his own login."))
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if not user.is_active:
            raise Refused("directory.user-inactive", N_("The person's login is inactive."))
        user.is_active = False
        user.save(update_fields=["is_active"])
        ended = end_all(Holding.objects.filter(user=user), act.at)
        act.append(
            "user.deactivated",
            subject=user_id,
            actor=actor.ref,
            fields={"holdings": len(ended)},
        )
