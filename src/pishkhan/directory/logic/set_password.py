from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.i18n import N_, Message


def set_password(actor: Actor, *, user_id: UUID, password: str, own_password: bool = False) -> None:
    """Give a login a new password; all its sessions end with the old one.

    An administrator for anybody, a person for himself. A password from somebody else must be
    changed at the next sign-in, unless the person chose it (`own_password`). Raises Forbidden
    `directory.no-right`, NotFound `directory.no-user`, Invalid `directory.weak-password` and,
    when such a password is changed into itself, `directory.same-password`; Refused
    `directory.password-elsewhere`.
    """
    himself = actor.user_id is not None and actor.user_id == user_id
    if not himself:
        actor.require(Right.ADMIN)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if user.account:
            raise Refused(
                "directory.password-elsewhere",
                N_("The organisation's directory holds this password: it is changed there."),
            )
        if himself and user.must_change_password and user.check_password(password):
            sentence = Message(N_("Choose a password other than the one that was given to you."))
            raise Invalid("directory.same-password", sentence, fields={"password": sentence})
        check_strength(password, user)
        user.password = make_password(password)
        user.must_change_password = not (himself or own_password)
        user.save(update_fields=["password", "must_change_password"])
        act.append(
            "user.password_set",
            subject=user_id,
            actor=actor.ref,
            fields={"must_change": user.must_change_password},
        )


def check_strength(password: str, user: User) -> None:
    """Raise Invalid unless the password passes the node's validators."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentence = Message(N_("This password is too short or too easy to guess."))
        raise Invalid("directory.weak-password", fields={"password": sentence}) from error
