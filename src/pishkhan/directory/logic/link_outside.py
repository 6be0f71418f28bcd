"""Logins that an account at the organisation's provider opens: the administrator says which."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.models import OutsideAccount, User
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id


def link_outside(actor: Actor, *, user_id: UUID, issuer: str, name: str) -> None:
    """Say that the account of this name at `issuer` opens the login too; its password stays.

    What was linked before ends. No right comes with the link. Needs ADMIN. Raises Refused
    `directory.twin-account`, Invalid (field `outside`), NotFound.
    """
    actor.require(Right.ADMIN)
    name = line("outside", name, longest=255).casefold()
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        others = OutsideAccount.objects.filter(issuer=issuer).exclude(user=user)
        for twins in (others.filter(name=name), others.filter(subject=name)):
            refuse_twin(twins, "directory.twin-account", "outside")
        OutsideAccount.objects.filter(user=user).delete()
        OutsideAccount.objects.create(id=new_id(), user=user, issuer=issuer, name=name)
        act.append("user.outside_linked", subject=user_id, actor=actor.ref)
