"""Reading posts, and where the chart lets a letter be referred."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import FilteredRelation, Q, QuerySet

from pishkhan.directory.contracts import Actor, PostRef, PostRow, Right
from pishkhan.directory.logic.common import holds_now
from pishkhan.directory.models import Post
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.text import normalise

CHART_DEPTH = 6
"""How many steps down a superior may refer at once; no office in the country is deeper."""

_REF = (
    "id",
    "title",
    "agency_id",
    "agency__name",
    "secretariat_id",
    "present__user__full_name",
    "can_sign",
    "can_initial",
)
_ROW = (
    "id",
    "title",
    "parent_id",
    "secretariat_id",
    "secretariat__name",
    "present__user_id",
    "present__user__full_name",
    "can_sign",
    "can_initial",
    "can_refer_free",
    "can_dispatch",
    "is_clerk",
    "active",
)


def post(post_id: UUID) -> PostRef:
    """Return a post, open or closed, with its present holder; NotFound `directory.no-post`."""
    found = posts([post_id])
    if post_id not in found:
        raise NotFound("directory.no-post")
    return found[post_id]


def posts(post_ids: Iterable[UUID]) -> dict[UUID, PostRef]:
    """Return those of the posts that are known, by id, in at most one query."""
    wanted = set(post_ids)
    return {ref.id: ref for ref in _refs(_held().filter(pk__in=wanted))} if wanted else {}


def posts_of_agency(agency_id: UUID) -> list[PostRef]:
    """Return the agency's open posts in the order of the chart."""
    return _refs(_held().filter(agency_id=agency_id, active=True))


def post_rows(agency_id: UUID) -> list[PostRow]:
    """Return all posts of an agency, closed ones too, with flags and present holders."""
    rows = _held().filter(agency_id=agency_id).order_by("sort", "norm", "id").values_list(*_ROW)
    return [PostRow(*(*row[:6], row[6] or "", *row[7:])) for row in rows]


def posts_for_referral(actor: Actor, q: str = "", limit: int = 20) -> list[PostRef]:
    """Return the posts to which this actor may refer and whose title or holder `q` names.

    Along the chart: superior, siblings, subordinates. With REFER_FREE or SECRETARIAT: every
    open post of the agency. Vacant posts come with an empty `holder_name`. One query.
    """
    reach = _reach(actor)
    if reach is None:
        return []
    rows = _held().filter(reach, active=True)
    for word in normalise(q).split():
        rows = rows.filter(Q(norm__contains=word) | Q(present__user__norm__contains=word))
    return _refs(rows, limit)


def may_refer(actor: Actor, post_id: UUID) -> bool:
    """Return whether `posts_for_referral` without words would offer this post. One query."""
    reach = _reach(actor)
    return reach is not None and Post.objects.filter(reach, pk=post_id, active=True).exists()


def _reach(actor: Actor) -> Q | None:
    """Return the condition on posts that the actor may refer to, None when there are none.

    Never outside the agency: another agency's letters are its own, and only an envelope goes
    there.
    """
    if actor.office is None or actor.office.agency_id is None or actor.post_id is None:
        return None
    own = Post.objects.filter(pk=actor.post_id)
    inside = Q(agency_id__in=own.values("agency_id")) & ~Q(pk=actor.post_id)
    if actor.rights & {Right.REFER_FREE, Right.SECRETARIAT}:
        return inside
    chart = Q(pk__in=own.values("parent_id")) | Q(parent_id__in=own.values("parent_id"))
    for depth in range(1, CHART_DEPTH + 1):
        chart |= Q(**{"__".join(["parent"] * depth): actor.post_id})
    return inside & chart


def _held() -> QuerySet[Post]:
    """Return posts joined with the holding that holds now, as `present`."""
    return Post.objects.annotate(
        present=FilteredRelation("holdings", condition=holds_now("holdings__"))
    )


def _refs(rows: QuerySet[Post], limit: int | None = None) -> list[PostRef]:
    found = rows.order_by("sort", "norm", "id").values_list(*_REF)[:limit]
    return [PostRef(*(*row[:5], row[5] or "", *row[6:])) for row in found]
