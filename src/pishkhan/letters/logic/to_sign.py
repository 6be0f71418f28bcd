"""What waits for a post's signature, each answer whole, to be read and signed in one sitting."""

from __future__ import annotations

from collections import defaultdict
from uuid import UUID

from django.db.models import F

from pishkhan.directory.contracts import Actor, Right
from pishkhan.letters import rules
from pishkhan.letters.access import cleared, post_of
from pishkhan.letters.contracts import ToSign
from pishkhan.letters.logic.readings import read_by
from pishkhan.letters.models import Draft, Initial, Referral

MOST_TOGETHER = 50
"""Answers of one sitting: more would be signed without being read."""

_COLUMNS = (
    "id",
    "version",
    "arrival_id",
    "arrival__number_text",
    "arrival__subject",
    "arrival__applicant_name",
    "texts__recipient",
    "texts__subject",
    "texts__body",
    "texts__by_title",
    "texts__at",
    "arrival__others",
)


def to_sign(actor: Actor) -> tuple[ToSign, ...]:
    """Return the answers that the actor's post can sign now, those that wait longest first.

    At most MOST_TOGETHER. Three queries, a deputy's four. Raises Forbidden without the right to
    sign.
    """
    actor.require(Right.SIGN)
    laid = Referral.objects.filter(
        cleared(actor, "arrival__"), to_post_id=post_of(actor), folder="to_sign"
    ).order_by("id")
    seen: dict[UUID, bool] = {}
    for arrival_id, seen_at in laid.values_list("arrival_id", "seen_at")[:MOST_TOGETHER]:
        seen[arrival_id] = seen.get(arrival_id, False) or seen_at is not None
    if actor.hand is not None:  # a deputy signs what he has read himself
        own = read_by(actor, seen)
        seen = {arrival_id: was and arrival_id in own for arrival_id, was in seen.items()}
    live = [state.value for state in rules.LIVE_DRAFT]
    drafts = Draft.objects.filter(arrival_id__in=seen, state__in=live, texts__no=F("version"))
    rows = list(drafts.values_list(*_COLUMNS))
    initials: dict[UUID, list[str]] = defaultdict(list)
    newest = Initial.objects.filter(
        draft_id__in=[row[0] for row in rows], version=F("draft__version")
    )
    for draft_id, title in newest.order_by("id").values_list("draft_id", "by_title"):
        initials[draft_id].append(title)
    waiting = {arrival_id: place for place, arrival_id in enumerate(seen)}
    rows.sort(key=lambda row: (waiting[row[2]], row[0]))
    # What nobody initialled can not be signed yet: it stays in the folder and is left out here.
    return tuple(
        ToSign(*(*row[:-1], tuple(initials[row[0]]), seen[row[2]], row[-1]))
        for row in rows
        if row[0] in initials
    )
