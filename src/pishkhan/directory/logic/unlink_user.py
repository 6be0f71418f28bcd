from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def unlink_user(actor: Actor, *, user_id: UUID) -> None:
    """End the link; nobody enters with the login until it is given a password. Needs ADMIN.

    All its sessions end. Raises Refused `directory.not-linked`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if not user.account:
            raise Refused(
                "directory.not-linked",
                N_("The organisation's directory does not hold this login's password."),
            )
        user.account = ""
        user.password = make_password(None)
        user.save(update_fields=["account", "password"])
        act.append("user.unlinked", subject=user_id, actor=actor.ref)
