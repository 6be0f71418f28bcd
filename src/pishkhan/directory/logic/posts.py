"""Reading posts, and where the chart lets a letter be referred."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, FilteredRelation, OuterRef, Q, QuerySet

from pishkhan.directory.contracts import Actor, PostRef, PostRow, Right
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.directory.logic.common import holds_at
from pishkhan.directory.models import Post, StandIn
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.prepared import Prepared
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
    "per_pro",
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
    row = _ONE.first(post_id=post_id, now=clock.current().now())
    if row is None:
        raise NotFound("directory.no-post")
    return _ref(row)


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
    if actor.post_id is None:
        return []
    rows = _held().filter(_reach(actor.post_id, free=bool(actor.rights & _FREE)))
    for word in normalise(q).split():
        rows = rows.filter(Q(norm__contains=word) | Q(present__user__norm__contains=word))
    return _refs(rows, limit)


def open_posts(
    agency_id: UUID, q: str = "", *, only: Iterable[UUID] | None = None, limit: int | None = None
) -> list[PostRef]:
    """Return the open posts of an agency whose title or holder `q` names, by the chart's order.

    `only` narrows to these. For who writes to a post: a letter needs no place in the chart to be
    addressed. One query.
    """
    rows = _held().filter(agency_id=agency_id, active=True)
    if only is not None:
        rows = rows.filter(pk__in=set(only))
    for word in normalise(q).split():
        rows = rows.filter(Q(norm__contains=word) | Q(present__user__norm__contains=word))
    return _refs(rows, limit)


def may_refer(actor: Actor, post_id: UUID) -> bool:
    """Return whether `posts_for_referral` without words would offer this post. One query."""
    if actor.post_id is None:
        return False
    reach = _FREELY if actor.rights & _FREE else _ALONG_THE_CHART
    return bool(reach.rows(own_id=actor.post_id, post_id=post_id))


def may_refer_to(actor: Actor, post_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the posts that `may_refer` allows. At most one query, however many."""
    wanted = set(post_ids)
    if actor.post_id is None or not wanted:
        return set()
    if len(wanted) == 1:
        return {post_id for post_id in wanted if may_refer(actor, post_id)}
    reach = _reach(actor.post_id, free=bool(actor.rights & _FREE))
    return set(Post.objects.filter(reach, pk__in=wanted).values_list("pk", flat=True))


def _reach(own_id: UUID, *, free: bool) -> Q:
    """Return the condition on posts that may be referred to from a post.

    Never outside the agency: another agency's letters are its own, and only an envelope goes
    there.
    """
    own = Post.objects.filter(pk=own_id)
    inside = Q(agency_id__in=own.values("agency_id")) & ~Q(pk=own_id) & Q(active=True)
    if free:
        return inside
    chart = Q(pk__in=own.values("parent_id")) | Q(parent_id__in=own.values("parent_id"))
    for depth in range(1, CHART_DEPTH + 1):
        chart |= Q(**{"__".join(["parent"] * depth): own_id})
    return inside & chart


_FREE = frozenset({Right.REFER_FREE, Right.SECRETARIAT})
_FREELY, _ALONG_THE_CHART = (
    Prepared(
        lambda own_id, post_id, free=free: Post.objects.filter(
            _reach(own_id, free=free), pk=post_id
        ).values_list("pk"),
        own_id=UUID,
        post_id=UUID,
    )
    for free in (True, False)
)


def _held(now: datetime | None = None) -> QuerySet[Post]:
    """Return posts joined with the holding that holds now, as `present`."""
    now = now or clock.current().now()
    leave = StandIn.objects.filter(
        holds_at(now),
        by_post=OuterRef("pk"),
        kind=StandInKind.PER_PRO.value,
        for_post__can_sign=True,
        for_post__active=True,
    )
    return Post.objects.annotate(
        present=FilteredRelation("holdings", condition=holds_at(now, "holdings__")),
        per_pro=Exists(leave),
    )


def _refs(rows: QuerySet[Post], limit: int | None = None) -> list[PostRef]:
    return [_ref(row) for row in rows.order_by("sort", "norm", "id").values_list(*_REF)[:limit]]


def _ref(row: tuple[Any, ...]) -> PostRef:
    return PostRef(*(*row[:5], row[5] or "", *row[6:]))


_ONE = Prepared(
    lambda post_id, now: _held(now).filter(pk=post_id).values_list(*_REF),
    post_id=UUID,
    now=datetime,
)
