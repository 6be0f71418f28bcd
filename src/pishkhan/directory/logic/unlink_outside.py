from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import OutsideAccount, User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def unlink_outside(actor: Actor, *, user_id: UUID) -> None:
    """End the link: no account elsewhere opens the login any more. Needs ADMIN.

    Raises Refused `directory.no-outside-account`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        gone, _each = OutsideAccount.objects.filter(user=user).delete()
        if not gone:
            raise Refused(
                "directory.no-outside-account",
                N_("No account of the organisation opens this login."),
            )
        act.append("user.outside_unlinked", subject=user_id, actor=actor.ref)
