from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import make_password

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import refuse_twin
from pishkhan.directory.logic.set_password import check_strength
from pishkhan.directory.models import User
from pishkhan.directory.rules import line, new_username, norm
from pishkhan.journal import api as journal
from pishkhan.kernel import checks
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id

LANGUAGES = ("fa", "en")


def add_user(
    actor: Actor,
    *,
    username: str,
    full_name: str,
    password: str = "",
    email: str = "",
    mobile: str = "",
    language: str = "fa",
    own_password: bool = False,
) -> UUID:
    """Add a login and return its id; it may do nothing until it is seated somewhere.

    Without a password nobody can enter with it until `set_password`. The person must change it
    at the first sign-in, unless he chose it himself (`own_password`). Needs ADMIN. Raises
    Refused `directory.twin-username`; Invalid for the name, password, mobile or language.
    """
    actor.require(Right.ADMIN)
    username = new_username(username)
    person = person_values(full_name=full_name, email=email, mobile=mobile, language=language)
    user = User(id=new_id(), username=username, **person)
    if password:
        check_strength(password, user)
    user.password = make_password(password or None)
    user.must_change_password = bool(password) and not own_password
    with journal.act() as act:
        twins = User.objects.filter(username=username)
        refuse_twin(twins, "directory.twin-username", "username")
        user.save(force_insert=True)
        act.append("user.added", subject=user.id, actor=actor.ref)
    return user.id


def person_values(
    *,
    full_name: str | None = None,
    email: str | None = None,
    mobile: str | None = None,
    language: str | None = None,
) -> dict[str, str]:
    """Return the given columns of a user, checked and cleaned; Invalid names the field."""
    values: dict[str, str] = {}
    if full_name is not None:
        values["full_name"] = line("full_name", full_name, longest=120)
        values["norm"] = norm(values["full_name"], 130)
    if email is not None:
        values["email"] = line("email", email, longest=254, required=False)
    if mobile is not None:
        values["mobile"] = _mobile(mobile)
    if language is not None:
        if language not in LANGUAGES:
            raise Invalid(
                "directory.bad-language",
                fields={"language": Message(N_("The languages are Persian and English."))},
            )
        values["language"] = language
    return values


def _mobile(mobile: str) -> str:
    if not mobile.strip():
        return ""
    try:
        return checks.mobile(mobile)
    except Invalid as error:
        raise Invalid(error.code, fields={"mobile": error.message}) from None
