from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Q

from pishkhan.directory.contracts import Actor, ActorKind, Right, Scope
from pishkhan.directory.contracts.stand_ins import (
    CITIZENS,
    WAYS,
    StandInKind,
    StandInScope,
    kind_of_citizen,
    kind_of_table,
    kind_of_way,
)
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.logic.common import holds_at, the
from pishkhan.directory.logic.terms import terms
from pishkhan.directory.models import Holding, Post, StandIn
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.journal.contracts import JSON
from pishkhan.kernel.errors import Forbidden, Invalid, Refused
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id

LONGEST = timedelta(days=366)
"""A deputy's longest period: who is away for longer leaves the post."""


def name_stand_in(
    actor: Actor,
    *,
    kind: StandInKind,
    for_post_id: UUID,
    by_post_id: UUID,
    until_at: datetime | None = None,
    from_at: datetime | None = None,
    scope: StandInScope = StandInScope.ALL,
    basis: str = "",
    approves: bool = False,
    kinds: Collection[str] = (),
) -> UUID:
    """Let the holder of one post stand in for another post; return the stand-in's id.

    By the holder of `for_post_id` himself, the holder of the post over it, or ADMIN; never by
    who stands in, and by a program only with the scope for it. A deputy has a period of at most
    LONGEST, and a post one deputy at a time. An office chief and a signer per pro may have no end.
    `scope` is a deputy's, and so is `approves`: whether he may approve secret letters, where the
    post is the agency's head. With `kinds` (`kind_of_citizen` and the like) a deputy has letters
    of these kinds before him and no others, and keeps no secretariat. `from_at` is now unless
    given (UTC; not in the past). Raises Forbidden, NotFound, Invalid (`from`, `until`, `by`,
    `kinds`), Refused (`directory.post-closed`, `directory.vacant`,
    `directory.stands-in-already`, `directory.cannot-sign`).
    """
    kind, scope = StandInKind(kind), StandInScope(scope)
    only = _checked_kinds(kinds) if kind is StandInKind.DEPUTY else []
    basis = line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), for_post_id, "post")
        may_set(actor, post)
        by = the(Post.objects.all(), by_post_id, "post")
        begin = from_at or act.at
        _check_period(kind, begin, until_at, now=act.at)
        _check_posts(kind, post, by, begin)
        _check_free(kind, post, by, begin, until_at)
        row = StandIn.objects.create(
            id=new_id(),
            kind=kind.value,
            scope=(scope if kind is StandInKind.DEPUTY else StandInScope.ALL).value,
            for_post=post,
            by_post=by,
            from_at=begin,
            until_at=until_at,
            basis=basis,
            kinds=only,
            approves=approves and kind is StandInKind.DEPUTY,
        )
        act.append(
            "post.stand_in_named",
            subject=for_post_id,
            actor=actor.ref,
            fields=_said(row),
        )
    return row.id


def _said(row: StandIn) -> dict[str, JSON]:
    """Return what the entry says of it."""
    return {
        "basis": row.basis,
        "by": str(row.by_post_id),
        "from": row.from_at.isoformat(),
        "role": row.kind,
        "scope": row.scope,
        "stand_in": str(row.id),
        "until": None if row.until_at is None else row.until_at.isoformat(),
        **({"kinds": row.kinds} if row.kinds else {}),
        **({"approves": True} if row.approves else {}),
    }


def _checked_kinds(kinds: Collection[str]) -> list[str]:
    """Return the kinds, each once; Invalid names `kinds`."""
    known = {kind_of_citizen(each) for each in CITIZENS} | {kind_of_way(each) for each in WAYS}
    given = sorted(set(kinds))
    if not set(given) <= known:
        known |= {kind_of_table(each.code) for each in terms().rows(Table.KIND)}
    if not set(given) <= known:
        raise Invalid(
            "directory.bad-kinds",
            fields={"kinds": Message(N_("Choose kinds from the list."))},
        )
    return given


def may_set(actor: Actor, post: Post) -> None:
    """Pass if the actor may say who stands in for the post; Forbidden `directory.not-your-post`."""
    if Right.ADMIN in actor.rights:
        return
    own = actor.post_id
    program = actor.kind is ActorKind.CLIENT and Scope.POSTS_WRITE in actor.scopes
    if (
        not (program or actor.kind is ActorKind.USER)
        or actor.hand is not None
        or own is None
        or own not in (post.pk, post.parent_id)
    ):
        raise Forbidden(
            "directory.not-your-post",
            N_(
                "Only the holder of the post, the one over him or the administrator says who "
                "stands in for it."
            ),
        )


def _check_period(
    kind: StandInKind, begin: datetime, end: datetime | None, *, now: datetime
) -> None:
    if begin < now:
        raise _period("from", N_("It cannot begin in the past."))
    if end is None:
        if kind is StandInKind.DEPUTY:
            raise _period("until", N_("Say until when; a deputy has a period."))
        return
    if end <= begin:
        raise _period("until", N_("It ends before it begins."))
    if kind is StandInKind.DEPUTY and end - begin > LONGEST:
        raise _period("until", N_("A deputy is named for a year at most."))


def _period(field: str, sentence: str) -> Invalid:
    return Invalid("directory.bad-period", fields={field: Message(sentence)})


def _check_posts(kind: StandInKind, post: Post, by: Post, begin: datetime) -> None:
    if not (post.active and by.active):
        raise Refused("directory.post-closed", N_("The post is closed."))
    if by.pk == post.pk or by.agency_id != post.agency_id:
        raise Invalid(
            "directory.bad-stand-in",
            fields={"by": Message(N_("Choose another post of the same agency."))},
        )
    if not Holding.objects.filter(holds_at(begin), post=by, user__is_active=True).exists():
        raise Refused(
            "directory.vacant", fields={"by": Message(N_("Nobody holds this post then."))}
        )
    if kind is StandInKind.PER_PRO and not post.can_sign:
        raise Refused(
            "directory.cannot-sign",
            N_("This post does not sign itself: nobody can sign per pro for it."),
        )


def _check_free(
    kind: StandInKind, post: Post, by: Post, begin: datetime, end: datetime | None
) -> None:
    """Refuse a second deputy in the period, and the same stand-in twice."""
    there = StandIn.objects.filter(
        Q(until_at=None) | Q(until_at__gt=begin), kind=kind.value, for_post=post
    ).exclude(until_at=F("from_at"))  # it was ended before it began
    if end is not None:
        there = there.filter(from_at__lt=end)
    if kind is not StandInKind.DEPUTY:
        there = there.filter(by_post=by)
    if there.exists():
        raise Refused(
            "directory.stands-in-already",
            N_("The post has a deputy in that time already; end that one first.")
            if kind is StandInKind.DEPUTY
            else N_("This post does so already."),
        )
