from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import end_all, the
from pishkhan.directory.models import Dehyari, Holding, Post
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def close_post(actor: Actor, *, post_id: UUID) -> None:
    """Close a post and end its holding; nothing can be referred to it any more.

    Needs ADMIN. Raises Refused: `directory.post-closed`; `directory.has-children` while open
    posts stand under it; `directory.dehyar-post` for that of an open dehyari. Whether letters
    still wait there is for the caller to ask first.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), post_id, "post")
        if not post.active:
            raise Refused("directory.post-closed", N_("The post is closed."))
        if post.children.filter(active=True).exists():
            raise Refused("directory.has-children", N_("Close the posts under it first."))
        if Dehyari.objects.filter(post=post, agency__active=True).exists():
            raise Refused(
                "directory.dehyar-post", N_("It is the dehyar's post: leave it vacant instead.")
            )
        post.active = False
        post.save(update_fields=["active"])
        end_all(Holding.objects.filter(post=post), act.at)
        act.append("post.closed", subject=post_id, actor=actor.ref)
