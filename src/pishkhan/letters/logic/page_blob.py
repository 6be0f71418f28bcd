"""Which stored file a page of a letter is, for whoever may see the letter."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import access
from pishkhan.letters.contracts import Page
from pishkhan.letters.logic.pages import page_of


def page_blob(actor: Actor, side: Literal["counter", "agency"], item_id: UUID, seq: int) -> Page:
    """Return page `seq` of a letter by its row: knowing a digest gets nothing.

    `item_id` is the submission's on side "counter" and the arrival's on side "agency". Raises
    NotFound: `letters.not-found`, `letters.no-page`. Two queries.
    """
    if side == "counter":
        row = access.submission_for(actor, item_id)
        return page_of(row.counter_id, row.id, seq)
    if side == "agency":
        arrival = access.arrival_for(actor, item_id)
        return page_of(arrival.secretariat_id, arrival.letter_id, seq)
    raise NotFound("letters.not-found")
