"""Reading which posts nobody holds, and who is there instead: a deputy, else the one above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, FilteredRelation, Max, OuterRef, Q, QuerySet

from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.directory.contracts.vacancies import Vacancy
from pishkhan.directory.logic.common import holds_at
from pishkhan.directory.logic.posts import CHART_DEPTH
from pishkhan.directory.models import Holding, Post, StandIn
from pishkhan.kernel import clock
from pishkhan.kernel.prepared import Prepared

MOST_VACANT = 200
"""Vacant posts on one page; a node with more has no administrator."""


def vacancies(*, agency_id: UUID | None = None) -> list[Vacancy]:
    """Return the vacant posts of an agency, or of all, in the order of the charts.

    One query when there is none, else at most eight.
    """
    rows = _vacant(clock.current().now()).filter(agency__active=True)
    if agency_id is not None:
        rows = rows.filter(agency_id=agency_id)
    return _told(rows)


def vacancies_among(post_ids: Iterable[UUID]) -> dict[UUID, Vacancy]:
    """Return those of the posts that nobody holds, by id; queries as `vacancies`, or none."""
    wanted = set(post_ids)
    if not wanted:
        return {}
    rows = _vacant(clock.current().now()).filter(pk__in=wanted)
    return {each.post_id: each for each in _told(rows)}


def vacant_posts(agency_id: UUID) -> list[UUID]:
    """Return the ids of the agency's vacant posts. One query, compiled once."""
    found = _VACANT.rows(agency_id=agency_id, now=clock.current().now())
    return [post_id for (post_id,) in found]


def _vacant(now: datetime) -> QuerySet[Post]:
    held = Holding.objects.filter(holds_at(now), post=OuterRef("pk"))
    return Post.objects.filter(~Exists(held), active=True)


_VACANT = Prepared(
    lambda agency_id, now: (
        _vacant(now).filter(agency_id=agency_id).order_by().values_list("pk")[:MOST_VACANT]
    ),
    agency_id=UUID,
    now=datetime,
)


def _told(rows: QuerySet[Post]) -> list[Vacancy]:
    now = clock.current().now()
    left = Max("holdings__until_at", filter=Q(holdings__until_at__lte=now))
    found = list(
        rows.annotate(left=left)
        .order_by("agency__norm", "sort", "norm", "id")
        .values_list("id", "title", "agency_id", "agency__name", "left", "parent_id")[:MOST_VACANT]
    )
    if not found:
        return []
    deputies = _deputies([row[0] for row in found], now)
    parents: dict[UUID, UUID | None] = {row[0]: row[5] for row in found if row[0] not in deputies}
    above = _above(parents, now)
    told = []
    for *row, _parent in found:
        vacancy = Vacancy(*row)
        if vacancy.post_id in deputies:
            title, holder = deputies[vacancy.post_id]
            vacancy = replace(vacancy, instead=title, instead_holder=holder, by_deputy=True)
        elif vacancy.post_id in above:
            title, holder = above[vacancy.post_id]
            vacancy = replace(vacancy, instead=title, instead_holder=holder)
        told.append(vacancy)
    return told


def _deputies(post_ids: list[UUID], now: datetime) -> dict[UUID, tuple[str, str]]:
    """Return title and holder of the post that is deputy of each now."""
    rows = StandIn.objects.annotate(
        present=FilteredRelation(
            "by_post__holdings", condition=holds_at(now, "by_post__holdings__")
        )
    ).filter(
        holds_at(now),
        for_post_id__in=post_ids,
        kind=StandInKind.DEPUTY.value,
        by_post__active=True,
        present__user__is_active=True,
    )
    return {
        post_id: (title, holder)
        for post_id, title, holder in rows.values_list(
            "for_post_id", "by_post__title", "present__user__full_name"
        )
    }


def _above(over_posts: dict[UUID, UUID | None], now: datetime) -> dict[UUID, tuple[str, str]]:
    """Return title and holder of the nearest held post above each; a query for each step up."""
    found: dict[UUID, tuple[str, str]] = {}
    parents = {post_id: over for post_id, over in over_posts.items() if over is not None}
    rows = Post.objects.annotate(
        present=FilteredRelation("holdings", condition=holds_at(now, "holdings__"))
    )
    for _step in range(CHART_DEPTH):
        if not parents:
            break
        over = {
            row[0]: row[1:]
            for row in rows.filter(pk__in=set(parents.values())).values_list(
                "id", "title", "present__user__full_name", "parent_id"
            )
        }
        higher = {}
        for post_id, parent_id in parents.items():
            title, holder, next_id = over[parent_id]
            if holder:
                found[post_id] = (title, holder)
            elif next_id is not None:
                higher[post_id] = next_id
        parents = higher
    return found
