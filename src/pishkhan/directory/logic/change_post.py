from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Post
from pishkhan.directory.rules import line, norm
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def change_post(
    actor: Actor,
    *,
    post_id: UUID,
    title: str | None = None,
    sort: int | None = None,
    can_sign: bool | None = None,
    can_initial: bool | None = None,
    can_refer_free: bool | None = None,
    can_dispatch: bool | None = None,
    is_clerk: bool | None = None,
) -> None:
    """Change a post's title, place in the list or rights; what is None stays.

    Needs ADMIN. Raises NotFound `directory.no-post`, Refused `directory.post-closed`.
    """
    actor.require(Right.ADMIN)
    given: dict[str, str | int | bool | None] = {
        "title": None if title is None else line("title", title, longest=200),
        "sort": sort,
        "can_sign": can_sign,
        "can_initial": can_initial,
        "can_refer_free": can_refer_free,
        "can_dispatch": can_dispatch,
        "is_clerk": is_clerk,
    }
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), post_id, "post")
        if not post.active:
            raise Refused("directory.post-closed", N_("The post is closed."))
        changed = {k: v for k, v in given.items() if v is not None and getattr(post, k) != v}
        for name, value in changed.items():
            setattr(post, name, value)
        post.norm = norm(post.title, 210)
        post.save()
        act.append("post.changed", subject=post_id, actor=actor.ref, fields=changed)
