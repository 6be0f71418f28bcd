from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message


def set_password(actor: Actor, *, user_id: UUID, password: str) -> None:
    """Give a login a new password; all its sessions end with the old one.

    An administrator for anybody, a person for himself. Raises Forbidden `directory.no-right`,
    NotFound `directory.no-user`, Invalid `directory.weak-password`.
    """
    if actor.user_id is None or actor.user_id != user_id:
        actor.require(Right.ADMIN)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        check_strength(password, user)
        user.password = make_password(password)
        user.save(update_fields=["password"])
        act.append("user.password_set", subject=user_id, actor=actor.ref)


def check_strength(password: str, user: User) -> None:
    """Raise Invalid unless the password passes the node's validators."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        sentence = Message(N_("This password is too short or too easy to guess."))
        raise Invalid("directory.weak-password", fields={"password": sentence}) from error
