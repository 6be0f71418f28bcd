from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.heads import key_of
from pishkhan.directory.logic.set_setting import set_setting
from pishkhan.directory.models import Agency, Post
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message


def set_head(actor: Actor, *, agency_id: UUID, post_id: UUID | None) -> None:
    """Say which post is the agency's head; None for the topmost that signs. Needs ADMIN.

    Raises Forbidden, NotFound (`directory.no-agency`), Invalid (`head`).
    """
    with journal.act():
        the(Agency.objects.all(), agency_id, "agency")
        if post_id is not None:
            posts = Post.objects.filter(pk=post_id, agency_id=agency_id, active=True, can_sign=True)
            if not posts.exists():
                raise Invalid(
                    "directory.bad-head",
                    fields={"head": Message(N_("Choose an open post of this agency that signs."))},
                )
        value = None if post_id is None else str(post_id)
        set_setting(actor, key=key_of(agency_id), value=value)
