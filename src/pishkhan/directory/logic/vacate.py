from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Holding, Post
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def vacate(actor: Actor, *, post_id: UUID, until_at: datetime | None = None) -> None:
    """End the present holding of a post, now or at a later `until_at`; history stays.

    Needs ADMIN. Raises Refused `directory.vacant` when nobody holds it, `directory.holding-order`
    for a moment before the holding began.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), post_id, "post")
        holding = Holding.objects.filter(post=post, until_at=None).first()
        if holding is None:
            raise Refused("directory.vacant", N_("Nobody holds this post."))
        end = until_at or act.at
        if end < holding.from_at:
            raise Refused("directory.holding-order", N_("The holding began after that time."))
        holding.until_at = end
        holding.save(update_fields=["until_at"])
        act.append(
            "post.vacated",
            subject=post_id,
            actor=actor.ref,
            fields={"holding": str(holding.id), "until": end.isoformat()},
        )
