from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.add_user import person_values
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.journal import api as journal


def change_user(
    actor: Actor,
    *,
    user_id: UUID,
    full_name: str | None = None,
    email: str | None = None,
    mobile: str | None = None,
    language: str | None = None,
) -> None:
    """Change what is given about a login; what is None stays.

    An administrator for anybody; a person his own language, e-mail and mobile. The entry names
    the fields that changed, never their values.
    """
    if actor.user_id is None or actor.user_id != user_id or full_name is not None:
        actor.require(Right.ADMIN)
    values = person_values(full_name=full_name, email=email, mobile=mobile, language=language)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        changed = sorted(name for name, value in values.items() if getattr(user, name) != value)
        for name in changed:
            setattr(user, name, values[name])
        user.save(update_fields=["full_name", "norm", "email", "mobile", "language"])
        act.append("user.changed", subject=user_id, actor=actor.ref, fields={"changed": changed})
