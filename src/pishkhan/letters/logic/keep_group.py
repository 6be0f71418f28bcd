"""Keep a group of receivers (گروه گیرندگان): a post's own, or an agency's."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.contracts import Purpose, Receiver
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.logic.refer import checked_receivers
from pishkhan.letters.models import GroupMember, ReceiverGroup

MOST_GROUPS = 30


def keep_group(
    actor: Actor,
    *,
    name: str,
    members: Sequence[Receiver],
    group_id: UUID | None = None,
    agency_id: UUID | None = None,
) -> UUID:
    """Make a group, or change one as a whole; return its id.

    The actor's post's own, of posts within its reach; with ADMIN an agency's, of its posts.
    Purposes and principal as in a referral, none for signature: a draft goes to one post.
    Raises Forbidden, NotFound (`letters.no-group`), Refused (`letters.cannot-refer-there`,
    `letters.too-many-groups`), Invalid (fields `name`, `to`).
    """
    name = entered.line("name", name, longest=80)
    receivers = checked_receivers(members)
    if any(each.purpose is Purpose.SIGNATURE for each in receivers):
        raise Invalid(
            "letters.bad-receivers",
            fields={"to": Message(N_("A group is not for signature; a draft goes to one post."))},
        )
    with journal.act() as act:
        owner = owner_of(actor, agency_id)
        posts = _posts(actor, receivers, agency_id)
        id_ = group_id or new_id()
        if group_id is None:
            if ReceiverGroup.objects.filter(owner_id=owner).count() >= MOST_GROUPS:
                raise Refused("letters.too-many-groups", N_("There are too many groups already."))
            rows.insert(ReceiverGroup, {"id": id_, "owner_id": owner, "name": name})
        else:
            if not ReceiverGroup.objects.filter(pk=id_, owner_id=owner).update(name=name):
                raise NotFound("letters.no-group")
            GroupMember.objects.filter(group_id=id_).delete()
        rows.insert_many(
            GroupMember,
            [
                {
                    "group_id": id_,
                    "place": place,
                    "post_id": each.post_id,
                    "title": posts[each.post_id].title[:160],
                    "purpose": each.purpose.value,
                    "principal": each.principal,
                }
                for place, each in enumerate(receivers)
            ],
        )
        act.append(
            "group.kept",
            subject=owner,
            actor=actor.ref,
            fields={"group": str(id_), "members": [str(each.post_id) for each in receivers]},
        )
    return id_


def _posts(
    actor: Actor, receivers: Sequence[Receiver], agency_id: UUID | None
) -> dict[UUID, PostRef]:
    posts = directory.posts(each.post_id for each in receivers)
    if agency_id is None:
        allowed = directory.may_refer_to(actor, posts)
    else:
        allowed = {id_ for id_, post in posts.items() if post.agency_id == agency_id}
    if len(allowed) != len(receivers):
        raise Refused(
            "letters.cannot-refer-there",
            N_("A letter cannot be referred from your post to that one for this purpose."),
        )
    return posts
