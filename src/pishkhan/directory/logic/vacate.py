from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the, unended
from pishkhan.directory.models import Holding, Post
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def vacate(actor: Actor, *, post_id: UUID, until_at: datetime | None = None) -> None:
    """End the present holding of a post, now or at a later `until_at`; history stays.

    An end set before, and not reached yet, is moved. When nobody holds the post but somebody
    will, the coming holding is ended. Needs ADMIN. Raises Refused `directory.vacant` when there
    is neither, `directory.holding-order` for a moment before the holding began or after its
    successor's began.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), post_id, "post")
        holdings = Holding.objects.filter(post=post)
        holding = unended(holdings, act.at).first()
        if holding is None:
            raise Refused("directory.vacant", N_("Nobody holds this post."))
        end = until_at or act.at
        if end < holding.from_at:
            raise Refused("directory.holding-order", N_("The holding began after that time."))
        if holdings.filter(from_at__gt=holding.from_at, from_at__lt=end).exists():
            raise Refused(
                "directory.holding-order", N_("The post was held by another person at that time.")
            )
        holding.until_at = end
        holding.save(update_fields=["until_at"])
        act.append(
            "post.vacated",
            subject=post_id,
            actor=actor.ref,
            fields={"holding": str(holding.id), "until": end.isoformat()},
        )
