"""An auditor opens a record for a reason, and then reads its entries that day.

The reason stands in the journal before the first entry is shown.
"""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.audit_read import may_see
from pishkhan.letters.models import Reading

LONGEST_REASON = 300


def audit(actor: Actor, subject: UUID, *, reason: str) -> None:
    """Open the entries about a subject to an auditor until the day in Tehran is over.

    One entry (`entry.audited`, with the reason as it was written) for each actor, subject and
    day; opened again it writes nothing. Raises Forbidden; Invalid (`reason`); NotFound
    `letters.not-found` where no entry is about it, or its class is above his clearance.
    """
    may_see(actor, subject)
    reason = reason_of("reason", reason)
    with journal.act() as act:
        day = act.at.astimezone(TEHRAN).date()
        _, first = Reading.objects.get_or_create(letter_id=subject, reader=actor.ref, day=day)
        if first:
            act.append("entry.audited", subject=subject, actor=actor.ref, fields={"reason": reason})


def reason_of(field: str, given: str) -> str:
    """Return a reason as it is kept; Invalid names `field` for one without a letter or digit."""
    reason = entered.line(field, given, longest=LONGEST_REASON)
    if not any(sign.isalnum() for sign in reason):
        words = Message(N_("Write the order or the case, by its number."))
        raise Invalid("letters.audit-reason", fields={field: words})
    return reason
