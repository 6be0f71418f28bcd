"""Prepare an order (رئیس دفتر): whom the superior should refer to, with which instruction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import PreparedState, Purpose, Receiver, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.prepared import end_waiting
from pishkhan.letters.logic.refer import checked_receivers, not_there, refuse_uncleared
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import PreparedOrder


def prepare(
    actor: Actor,
    arrival_id: UUID,
    *,
    to: Sequence[Receiver],
    instruction: str = "",
    deadline: date | None = None,
) -> UUID:
    """Lay an order before the superior, who confirms it at one press; return its id.

    For an office chief, at his superior's cartable, on the newest referral that lies there; an
    order prepared before on it is replaced. Nothing is referred by it. The receivers are those
    whom the superior reaches, never for signature. Raises NotFound, Forbidden, Refused
    (`letters.not-now`, `letters.cannot-refer-there`), Invalid.
    """
    receivers = checked_receivers(to)
    instruction = entered.text("instruction", instruction, longest=2_000, required=False)
    with journal.act() as act:
        entered.coming_day("deadline", deadline, at=act.at)
        case = case_for(actor, arrival_id, lock=True)
        rules.require("prepare", case.standing)
        titles = _titles(actor, case, receivers)
        referral = case.mine[-1]
        end_waiting(referral.id, PreparedState.DROPPED, at=act.at)
        row = PreparedOrder.objects.create(
            id=new_id(),
            arrival=case.arrival,
            referral=referral,
            by_title="" if actor.hand is None else actor.hand.post_title[:160],
            at=act.at,
            to=[_as_kept(each, titles[each.post_id]) for each in receivers],
            instruction=instruction,
            deadline=deadline,
            state=PreparedState.WAITING.value,
        )
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.PREPARED,
            at=act.at,
            by=actor,
        )
        act.append(
            "letter.order_prepared",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={
                "prepared": str(row.id),
                "referral": str(referral.id),
                "to": [str(each.post_id) for each in receivers],
                "purposes": [each.purpose.value for each in receivers],
                "deadline": None if deadline is None else deadline.isoformat(),
                "instruction_digest": entered.digest(instruction),
            },
        )
    return row.id


def _titles(actor: Actor, case: Case, receivers: Sequence[Receiver]) -> dict[UUID, str]:
    posts = directory.posts(receiver.post_id for receiver in receivers)
    refuse_uncleared(case.arrival.classification, posts)
    allowed = directory.may_refer_to(actor, posts)
    for each in receivers:
        if each.post_id not in allowed or each.purpose is Purpose.SIGNATURE:
            raise not_there()
    return {id_: post.title for id_, post in posts.items()}


def _as_kept(each: Receiver, title: str) -> dict[str, Any]:
    return {
        "post": str(each.post_id),
        "title": title,
        "purpose": each.purpose.value,
        "principal": each.principal,
    }
