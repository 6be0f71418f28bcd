"""Take note of a circular (ملاحظه شد): the writer is told by whom and when."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Circular
from pishkhan.relay import api as relay


def acknowledge(actor: Actor, arrival_id: UUID) -> None:
    """Say that this body has taken note of a circular; once for the body, whoever does it.

    For the secretariat that holds it, and a post before which it lies. Who and when goes to the
    writer. Raises NotFound, Forbidden, Refused (`letters.noted-already`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        rules.require("acknowledge", case.standing)
        arrival = case.arrival
        by = f"{actor.label[:160]}، {actor.title_line[:160]}"
        Circular.objects.filter(arrival=arrival).update(acknowledged_at=act.at, acknowledged_by=by)
        mark_seen(case.mine, at=act.at)
        add_step(
            arrival.secretariat_id, arrival.letter_id, StepKind.ACKNOWLEDGED, at=act.at, by=actor
        )
        relay.send(
            act,
            from_office=arrival.secretariat_id,
            to_office=arrival.from_office_id,
            kind=wire.ACKNOWLEDGED,
            version=wire.VERSION,
            payload={"item": str(arrival.letter_id), "at": wire.iso(act.at), "by": by},
            subject=arrival.letter_id,
        )
        act.append(
            "circular.acknowledged",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"secretariat": str(arrival.secretariat_id)},
        )
