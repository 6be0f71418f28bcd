"""Somebody of a list of people: a new login, or the one that the person has already."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.opening import NewPerson
from pishkhan.directory.logic.add_user import add_user
from pishkhan.directory.models import User
from pishkhan.directory.rules import line, new_username, norm
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_, Message


def enlist(actor: Actor, person: NewPerson) -> UUID:
    """Return the person's login, added without a password where there is none.

    A login of this user name is his when it bears the same name; whoever works at two offices has
    one. Needs ADMIN. Raises Refused `directory.twin-username`, `directory.user-inactive`; Invalid.
    """
    actor.require(Right.ADMIN)
    username = new_username(person.username)
    full_name = line("full_name", person.full_name, longest=120)
    found = User.objects.filter(username=username).first()
    if found is None:
        return add_user(
            actor,
            username=username,
            full_name=full_name,
            mobile=person.mobile,
            language=person.language,
        )
    if found.norm != norm(full_name, 130):
        taken = N_("Somebody else has this user name; write another one.")
        raise Refused("directory.twin-username", fields={"username": Message(taken)})
    if not found.is_active:
        closed = N_("This login is closed; open it again on its page, or write another one.")
        raise Refused("directory.user-inactive", fields={"username": Message(closed)})
    return found.id
