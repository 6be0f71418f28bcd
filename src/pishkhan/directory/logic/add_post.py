from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Agency, Post, Secretariat
from pishkhan.directory.rules import line, norm, rights_of_post
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id


def add_post(
    actor: Actor,
    *,
    secretariat_id: UUID,
    title: str,
    agency_id: UUID | None = None,
    parent_id: UUID | None = None,
    sort: int = 0,
    can_sign: bool = False,
    can_initial: bool = False,
    can_refer_free: bool = False,
    can_dispatch: bool = False,
    is_clerk: bool = False,
) -> UUID:
    """Add a post to the chart and return its id.

    It belongs to the secretariat's agency unless `agency_id` names another one served by that
    secretariat; `parent_id` is the superior post, of any agency. Needs ADMIN.
    """
    actor.require(Right.ADMIN)
    title = line("title", title, longest=200)
    with journal.act() as act:
        secretariat = the(Secretariat.objects.all(), secretariat_id, "secretariat")
        agency = the(Agency.objects.all(), agency_id or secretariat.agency_id, "agency")
        parent = None if parent_id is None else the(Post.objects.all(), parent_id, "post")
        flags = {
            "can_sign": can_sign,
            "can_initial": can_initial,
            "can_refer_free": can_refer_free,
            "can_dispatch": can_dispatch,
            "is_clerk": is_clerk,
        }
        post = Post.objects.create(
            id=new_id(),
            agency=agency,
            secretariat=secretariat,
            title=title,
            norm=norm(title, 210),
            parent=parent,
            sort=sort,
            **flags,
        )
        act.append(
            "post.added",
            subject=post.id,
            actor=actor.ref,
            fields={
                "agency": str(agency.id),
                "parent": str(parent_id or ""),
                "rights": sorted(rights_of_post(**flags)),
                "secretariat": str(secretariat_id),
                "title": title,
            },
        )
    return post.id
