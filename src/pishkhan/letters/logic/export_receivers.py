"""Take the list of a circular's receivers out of the system, on record before the first row."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters.access import arrival_for
from pishkhan.letters.contracts.circulars import ReceiverRow
from pishkhan.letters.logic.circulars import RECEIVER, receiver, receivers_of_circular

_READ_AT_ONCE = 500


def export_receivers(actor: Actor, arrival_id: UUID) -> Iterator[ReceiverRow]:
    """Return all receivers of a circular written here, read as they are taken.

    That it was taken out is an entry (`circular.exported`). Raises as `circular_receivers`.
    """
    rows = receivers_of_circular(actor, arrival_id)
    letter = arrival_for(actor, arrival_id).letter_id
    with journal.act() as act:
        act.append("circular.exported", subject=letter, actor=actor.ref, fields={})
    found = rows.order_by("seq").values_list(*RECEIVER)
    return (receiver(row) for row in found.iterator(chunk_size=_READ_AT_ONCE))
