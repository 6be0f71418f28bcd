from __future__ import annotations

from uuid import UUID

from allauth.mfa.models import Authenticator

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def end_second_factor(actor: Actor, *, user_id: UUID) -> None:
    """Turn off a login's second factor and its recovery codes: the phone and they are lost.

    The password alone then opens the login, until the person pairs a phone again. Needs ADMIN;
    who asks has been made sure of. Raises Refused `directory.no-second-factor`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        the(User.objects.select_for_update(), user_id, "user")
        if not has_second_factor(user_id):
            raise Refused("directory.no-second-factor", N_("This login has no second factor."))
        Authenticator.objects.filter(user_id=user_id).delete()
        act.append("user.second_factor_ended", subject=user_id, actor=actor.ref)


def has_second_factor(user_id: UUID) -> bool:
    """Return whether a login asks for a code after the password."""
    return bool(Authenticator.objects.filter(user_id=user_id).exists())
