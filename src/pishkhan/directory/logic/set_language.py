from __future__ import annotations

from pishkhan.directory.contracts import Actor
from pishkhan.directory.logic.change_user import change_user
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import User
from pishkhan.kernel.errors import Forbidden


def set_language(actor: Actor, *, language: str) -> None:
    """Change the language in which the acting person is spoken to; nothing when it is that.

    Raises Forbidden `directory.no-person` for a program or the node itself, Invalid
    `directory.bad-language`.
    """
    if actor.user_id is None:
        raise Forbidden("directory.no-person")
    if the(User.objects.all(), actor.user_id, "user").language != language:
        change_user(actor, user_id=actor.user_id, language=language)
