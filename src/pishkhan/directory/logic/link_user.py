"""Logins whose password the organisation's directory holds: the administrator says which."""

from __future__ import annotations

import re
from uuid import UUID

from django.contrib.auth.hashers import make_password

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import refuse_twin, the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message

_ACCOUNT = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def link_user(actor: Actor, *, user_id: UUID, account: str) -> None:
    """Say that the organisation's directory holds this login's password, under `account`.

    The login's own password ends, and with it all its sessions; no right comes with the link.
    Needs ADMIN. Raises Invalid `directory.bad-account`, Refused `directory.twin-account`.
    """
    actor.require(Right.ADMIN)
    name = account.strip().lower()
    if _ACCOUNT.fullmatch(name) is None:
        sentence = Message(N_("Latin letters, digits, dots, @ and hyphens; 64 at most."))
        raise Invalid("directory.bad-account", fields={"account": sentence})
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        twins = User.objects.filter(account=name).exclude(pk=user_id)
        refuse_twin(twins, "directory.twin-account", "account")
        user.account = name
        user.password = make_password(None)
        user.must_change_password = False
        user.save(update_fields=["account", "password", "must_change_password"])
        act.append("user.linked", subject=user_id, actor=actor.ref)
