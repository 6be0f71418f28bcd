"""Drop an order that was prepared and not confirmed."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters.contracts import PreparedState
from pishkhan.letters.logic.prepared import settle, waiting


def drop_prepared(actor: Actor, prepared_id: UUID) -> None:
    """Take it away: the office chief his own, the holder of the post or his deputy any.

    Raises NotFound, Refused `letters.prepared-over`.
    """
    with journal.act() as act:
        case, order = waiting(actor, prepared_id)
        settle(order, PreparedState.DROPPED, at=act.at)
        act.append(
            "letter.order_dropped",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"prepared": str(prepared_id)},
        )
