from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.name_stand_in import may_set
from pishkhan.directory.models import Post, StandIn
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.i18n import N_


def end_stand_in(actor: Actor, *, stand_in_id: UUID, at: datetime | None = None) -> None:
    """End a stand-in now, or, before it began, let it never begin; its history stays.

    `at` is a coming moment at which it ends instead of now (UTC). By whoever may name one, and by
    who stands in himself. Raises NotFound (`directory.no-stand-in`), Forbidden, Refused
    (`directory.stand-in-over`).
    """
    with journal.act() as act:
        found = StandIn.objects.filter(pk=stand_in_id).values_list("for_post_id", flat=True).first()
        if found is None:
            raise NotFound("directory.no-stand-in")
        # The post's lock makes naming and ending follow each other.
        post = the(Post.objects.select_for_update(), found, "post")
        row = StandIn.objects.get(pk=stand_in_id)
        if actor.own_post_id is None or actor.own_post_id != row.by_post_id:
            may_set(actor, post)
        end = max(at or act.at, act.at, row.from_at)
        if row.until_at is not None and row.until_at <= end:
            raise Refused("directory.stand-in-over", N_("It is over already."))
        row.until_at = end
        row.save(update_fields=["until_at"])
        act.append(
            "post.stand_in_ended",
            subject=post.pk,
            actor=actor.ref,
            fields={"stand_in": str(row.pk), "until": row.until_at.isoformat()},
        )
