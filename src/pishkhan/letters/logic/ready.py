"""What stands ready for a referral: phrases and groups, the post's own and its office's."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef, Right
from pishkhan.kernel.errors import Forbidden
from pishkhan.letters.access import post_of
from pishkhan.letters.contracts import GroupMemberView, GroupView, Purpose, Ready
from pishkhan.letters.models import GroupMember, ReadyPhrase
from pishkhan.letters.standing import chief_prepares

_MEMBER = (
    "group_id",
    "group__name",
    "group__owner_id",
    "post_id",
    "title",
    "purpose",
    "principal",
)


def owner_of(actor: Actor, agency_id: UUID | None) -> UUID:
    """Return whose list the actor may change: his post's, or an agency's with ADMIN.

    Raises Forbidden, NotFound `directory.no-agency`.
    """
    if agency_id is None:
        if actor.is_chief:
            raise chief_prepares()
        return post_of(actor)
    actor.require(Right.ADMIN)
    return directory.agency(agency_id).id


def ready(actor: Actor) -> Ready:
    """Return what stands ready for the actor's post; for a seat without a post, nothing.

    Four queries, however many groups and members there are.
    """
    agency = actor.office.agency_id if actor.office else None
    if actor.post_id is None or Right.CARTABLE not in actor.rights:
        return Ready((), (), ())
    return _ready(actor.post_id, agency, actor)


def ready_of_office(actor: Actor, agency_id: UUID) -> Ready:
    """Return what an agency keeps ready for all its posts; needs ADMIN. Raises as `owner_of`."""
    return _ready(None, owner_of(actor, agency_id), None)


def group_of(actor: Actor, group_id: UUID, *, agency_id: UUID | None = None) -> GroupView:
    """Return a group that the actor may change; Forbidden for another's or none."""
    owner = owner_of(actor, agency_id)
    found = ready(actor) if agency_id is None else ready_of_office(actor, agency_id)
    for each in found.groups:
        if each.id == group_id and (each.own or agency_id == owner):
            return each
    raise Forbidden("letters.no-group")


def _ready(post_id: UUID | None, agency_id: UUID | None, actor: Actor | None) -> Ready:
    owners = [owner for owner in (post_id, agency_id) if owner is not None]
    own: list[str] = []
    office: list[str] = []
    for owner, text in (
        ReadyPhrase.objects.filter(owner_id__in=owners)
        .order_by("owner_id", "place")
        .values_list("owner_id", "text")
    ):
        (own if owner == post_id else office).append(text)
    rows = list(
        GroupMember.objects.filter(group__owner_id__in=owners)
        .order_by("group_id", "place")
        .values_list(*_MEMBER)
    )
    ids = {row[3] for row in rows}
    posts = directory.posts(ids)
    allowed = set(posts) if actor is None else directory.may_refer_to(actor, ids)
    groups = _groups(rows, post_id, {id_: posts[id_] for id_ in allowed})
    return Ready(tuple(own), tuple(office), groups)


def _groups(
    rows: list[tuple[UUID, str, UUID, UUID, str, str, bool]],
    post_id: UUID | None,
    reach: dict[UUID, PostRef],
) -> tuple[GroupView, ...]:
    names: dict[UUID, tuple[str, bool]] = {}
    members: dict[UUID, list[GroupMemberView]] = {}
    for group_id, name, owner, member, title, purpose, principal in rows:
        names[group_id] = (name, owner == post_id)
        post = reach.get(member)
        members.setdefault(group_id, []).append(
            GroupMemberView(
                post_id=member,
                title=post.title if post else title,
                holder=post.holder_name if post else "",
                purpose=Purpose(purpose),
                principal=principal,
                within_reach=post is not None,
            )
        )
    found = [GroupView(id_, *names[id_], tuple(members[id_])) for id_ in names]
    return tuple(sorted(found, key=lambda group: (not group.own, group.id)))
