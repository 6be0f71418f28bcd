"""What lies at posts, in numbers, and the hand-overs on record. No writes, nothing of a letter."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters import rules
from pishkhan.letters.access import secretariat_of
from pishkhan.letters.contracts import ArrivalState, PreparedState, ReferralState
from pishkhan.letters.contracts.posts import AtPost, HandedStandIn, PostHandOver
from pishkhan.letters.logic.arrivals import MOST_COUNTED
from pishkhan.letters.models import Arrival, Draft, PreparedOrder, Referral
from pishkhan.letters.models import PostHandOver as Row

AT_ONCE = 25
"""Posts that one query asks of; fewer are filled up with the last one."""
MOST_LISTED = 20
"""Hand-overs of a post on its page; older ones are left out."""


def at_post(actor: Actor, post_id: UUID) -> AtPost:
    """Return how much lies at a post, state letters counted too. Four queries. Needs ADMIN."""
    actor.require(Right.ADMIN)
    return counted(post_id)


def waiting_at(actor: Actor, post_ids: Collection[UUID]) -> dict[UUID, AtPost]:
    """Return what waits for the holders of posts, by post; where nothing waits, none.

    To the administrator everything; to a secretariat's clerk the letters of his own secretariat
    of classes that are open to him. One query, none for no post. Raises Forbidden.
    """
    rows = Referral.objects.all()
    if Right.ADMIN not in actor.rights:
        rows = _of_arrivals(rows, secretariat_of(actor).id, actor.clearance)
    return _waiting(rows, post_ids, today()) if post_ids else {}


def count_waiting_at(actor: Actor, post_ids: Sequence[UUID]) -> tuple[int, bool]:
    """Return how many letters of the clerk's own secretariat wait for holders; whether for more.

    Those of classes that are open to him, counted to 99. Every page of arrivals asks it: one query,
    compiled once, for each twenty-five posts, as far as it counts; none for no post. Raises
    Forbidden.
    """
    own, found = secretariat_of(actor).id, 0
    for first in range(0, len(post_ids), AT_ONCE):
        some = post_ids[first : first + AT_ONCE]
        asked = {name: some[min(n, len(some) - 1)] for n, name in enumerate(_ASKED)}
        found += len(_SOME.rows(secretariat=own, clearance=actor.clearance, **asked))
        if found >= MOST_COUNTED:
            return MOST_COUNTED - 1, True
    return found, False


def post_hand_over(actor: Actor, hand_over_id: UUID) -> PostHandOver:
    """Return a hand-over on record; NotFound `letters.no-hand-over`. Needs ADMIN."""
    actor.require(Right.ADMIN)
    row = Row.objects.filter(pk=hand_over_id).first()
    if row is None:
        raise NotFound("letters.no-hand-over")
    return _view(row)


def post_hand_overs(actor: Actor, post_id: UUID) -> tuple[PostHandOver, ...]:
    """Return the hand-overs of a post, the newest first. One query. Needs ADMIN."""
    actor.require(Right.ADMIN)
    return tuple(
        _view(row) for row in Row.objects.filter(post_id=post_id).order_by("-id")[:MOST_LISTED]
    )


def counted(post_id: UUID) -> AtPost:
    """Return how much lies at a post. Four queries, exact however many there are."""
    drafts = Draft.objects.filter(
        by_post_id=post_id, state__in=[state.value for state in rules.LIVE_DRAFT]
    )
    prepared = PreparedOrder.objects.filter(
        referral__to_post_id=post_id, state=PreparedState.WAITING.value
    )
    sent = Referral.objects.filter(from_post_id=post_id, state=ReferralState.OPEN.value)
    before = _waiting(Referral.objects.all(), [post_id], today()).get(post_id, AtPost())
    return AtPost(
        open=before.open,
        unseen=before.unseen,
        overdue=before.overdue,
        to_sign=before.to_sign,
        drafts=drafts.count(),
        prepared=prepared.count(),
        sent=sent.count(),
        oldest=before.oldest,
    )


def today() -> date:
    """Return the day in Tehran."""
    return clock.current().now().astimezone(TEHRAN).date()


def _waiting(
    among: QuerySet[Referral], post_ids: Collection[UUID], day: date
) -> dict[UUID, AtPost]:
    """Return what waits for the holders of posts, by post; where nothing waits, none. One query."""
    is_open = Q(folder="open")
    unseen = Q(seen_at=None) | Q(news_at__gt=F("seen_at"))
    paused = Exists(
        Arrival.objects.filter(pk=OuterRef("arrival_id"), state=ArrivalState.RETURNED.value)
    )
    rows = (
        among.filter(to_post_id__in=post_ids, folder__in=("open", "to_sign"))
        .values("to_post_id")
        .annotate(
            laid=Count("pk", filter=is_open),
            fresh=Count("pk", filter=is_open & unseen),
            late=Count("pk", filter=is_open & Q(deadline__lt=day) & Q(~paused)),
            signing=Count("pk", filter=Q(folder="to_sign")),
            first=Min("at"),
        )
        .order_by()
        .values_list("to_post_id", "laid", "fresh", "late", "signing", "first")
    )
    return {
        post_id: AtPost(open=laid, unseen=fresh, overdue=late, to_sign=signing, oldest=first)
        for post_id, laid, fresh, late, signing, first in rows
    }


def _of_arrivals(
    rows: QuerySet[Referral], secretariat_id: UUID, clearance: str
) -> QuerySet[Referral]:
    """Return those whose arrivals a secretariat holds, of classes that are open there.

    A subquery and no join, so that the few letters that wait are looked up one by one: both engines
    would else begin at all arrivals of the secretariat, a million of them.
    """
    arrival = Arrival.objects.filter(pk=OuterRef("arrival_id"), classification__lte=clearance)
    return rows.annotate(held_by=Subquery(arrival.values("secretariat_id"))).filter(
        held_by=secretariat_id
    )


_ASKED = {f"post_{n}": UUID for n in range(AT_ONCE)}
_SOME = Prepared(
    lambda secretariat, clearance, **posts: (
        _of_arrivals(Referral.objects.all(), secretariat, clearance)
        .filter(to_post_id__in=list(posts.values()), folder__in=("open", "to_sign"))
        .order_by()
        .values_list("pk")[:MOST_COUNTED]
    ),
    secretariat=UUID,
    clearance=str,
    **_ASKED,
)


def _view(row: Row) -> PostHandOver:
    return PostHandOver(
        id=row.id,
        post_id=row.post_id,
        post_title=row.post_title,
        agency_name=row.agency_name,
        leaver_name=row.leaver_name,
        comer_id=row.comer_id,
        comer_name=row.comer_name,
        by_name=row.by_name,
        at=row.at,
        from_at=row.from_at,
        basis=row.basis,
        counts=AtPost(**row.counts, oldest=row.oldest),
        kept=_stand_ins(row.kept),
        ended=_stand_ins(row.ended),
    )


def _stand_ins(kept: list[dict[str, str]]) -> tuple[HandedStandIn, ...]:
    return tuple(
        HandedStandIn(StandInKind(each["kind"]), each["for_title"], each["by_title"])
        for each in kept
    )
