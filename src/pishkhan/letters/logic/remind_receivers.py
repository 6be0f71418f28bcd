"""Remind all who have not taken note of a circular, at one press."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Addressee, Circular
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import NewMessage


def remind_receivers(actor: Actor, arrival_id: UUID) -> int:
    """Send a reminder to each body that has not taken note yet; return how many.

    For who may see the circular at the writer's, once a day (Tehran's). Raises NotFound,
    Forbidden, Refused (`letters.reminded-today`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        rules.require("remind_receivers", case.standing)
        arrival = case.arrival
        row = Circular.objects.get(arrival=arrival)
        waiting = list(
            Addressee.objects.filter(arrival=arrival, acknowledged_at=None)
            .order_by("seq")
            .values_list("id", "office_id")
        )
        row.reminded_at, row.reminders = act.at, row.reminders + 1
        row.save(update_fields=["reminded_at", "reminders"])
        relay.send_many(
            act,
            [
                NewMessage(
                    from_office=arrival.secretariat_id,
                    to_office=office,
                    kind=wire.CIRCULAR_REMINDED,
                    version=wire.VERSION,
                    payload={"item": str(item), "at": wire.iso(act.at)},
                    subject=arrival.letter_id,
                )
                for item, office in waiting
            ],
        )
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.CIRCULAR_REMINDED,
            at=act.at,
            by=actor,
            params={"count": str(len(waiting))},
        )
        act.append(
            "circular.reminded",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"receivers": len(waiting)},
        )
    return len(waiting)
