"""The only way to a letter's row. A letter that an actor may not see does not exist for him.

Rows go to this context's own logic only. No right of administration opens a letter.
"""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, OfficeKind, OfficeRef, Right
from pishkhan.kernel.errors import NotFound
from pishkhan.letters.models import Submission


def counter_of(actor: Actor) -> OfficeRef:
    """Return the counter the actor works at; Forbidden for any other seat."""
    actor.require(Right.COUNTER)
    return actor.require_office(OfficeKind.COUNTER)


def submission_for(actor: Actor, letter_id: UUID, *, lock: bool = False) -> Submission:
    """Return the letter as the actor's own counter holds it; NotFound `letters.not-found`.

    `lock` takes the row's lock until the act ends (SQLite's act has the whole file already).
    """
    rows = Submission.objects.filter(pk=letter_id, counter_id=counter_of(actor).id)
    row = (rows.select_for_update() if lock else rows).first()
    if row is None:
        raise NotFound("letters.not-found")
    return row
