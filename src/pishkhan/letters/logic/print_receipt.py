"""Note that a letter's receipt went to the printer."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters.access import submission_for


def print_receipt(actor: Actor, letter_id: UUID) -> None:
    """Note the first time that the receipt of a letter of the actor's counter was printed.

    Later ones change nothing. Raises NotFound `letters.not-found`.
    """
    if submission_for(actor, letter_id).receipt_printed_at is not None:
        return
    with journal.act() as act:
        row = submission_for(actor, letter_id, lock=True)
        if row.receipt_printed_at is not None:
            return
        row.receipt_printed_at = act.at
        row.save(update_fields=["receipt_printed_at"])
        act.append(
            "receipt.printed",
            subject=row.id,
            actor=actor.ref,
            fields={"counter": str(row.counter_id)},
        )
