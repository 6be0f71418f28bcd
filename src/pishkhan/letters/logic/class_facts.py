"""What the rules of a class ask of a letter; nothing is read for ordinary ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.clearances import UNCLEARED
from pishkhan.kernel.clock import TEHRAN
from pishkhan.letters.class_rules import SECRET
from pishkhan.letters.models import Arrival, ClassApproval, Draft


def approvals_of(arrival: Arrival, drafts: Sequence[Draft]) -> list[ClassApproval]:
    """Return the approvals of the newest versions at the present class. At most one query.

    What was signed keeps the approval that its class had then.
    """
    if not drafts or (arrival.classification < SECRET and not _was_secret(drafts)):
        return []
    newest = {draft.id: draft for draft in drafts}
    found = ClassApproval.objects.filter(draft_id__in=list(newest)).order_by("id")
    return [
        each
        for each in found
        if each.version == newest[each.draft_id].version
        and each.classification
        == (newest[each.draft_id].covers.get("class") or arrival.classification)
    ]


def _was_secret(drafts: Sequence[Draft]) -> bool:
    return any((draft.covers.get("class") or "") >= SECRET for draft in drafts)


def class_facts(actor: Actor, arrival: Arrival, drafts: Sequence[Draft]) -> dict[str, Any]:
    """Return what `Standing` says of the class, and whether the actor is the agency's head."""
    if arrival.classification <= UNCLEARED:
        return {}
    return {
        "classified": True,
        "secret": arrival.classification >= SECRET,
        "head": is_head(actor, arrival),
        "signed": actor.post_id is not None
        and any(
            actor.post_id == (draft.signed_for_post_id or draft.signed_by_post_id)
            for draft in drafts
        ),
    }


def is_head(actor: Actor, arrival: Arrival) -> bool:
    """Return whether the actor is the head: himself, or a deputy whose stand-in says so."""
    if actor.post_id is None or (actor.hand is not None and not actor.hand.approves):
        return False
    return directory.head_of(arrival.agency_id) == actor.post_id


def approved_covers(approvals: Sequence[ClassApproval], draft: Draft) -> dict[str, Any]:
    """Return what a signature covers of the approval; nothing where there is none."""
    for each in approvals:
        if each.draft_id == draft.id:
            at = each.at.astimezone(TEHRAN).date().isoformat()
            return {"approved": {"name": each.by_name, "title": each.by_title, "on": at}}
    return {}
