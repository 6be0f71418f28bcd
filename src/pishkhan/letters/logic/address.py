"""Change to whom a letter goes that is not signed yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.contracts import CopyTo
from pishkhan.letters.logic.addressees import checked_addressees, receivers_of, write_addressees
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import renew


def address(
    actor: Actor, arrival_id: UUID, *, agency_id: UUID, copies: Sequence[CopyTo] = ()
) -> None:
    """Let the letter go to these agencies; for who may write it, before it is signed.

    What was initialled for others has to be initialled anew.
    Raises NotFound, Forbidden, Refused (`letters.not-now`, `letters.signed-already`), Invalid
    (fields agency_id, copies).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("address", case.standing)
        to = checked_addressees(
            arrival.agency_id, agency_id, copies, classification=arrival.classification
        )
        if receivers_of(arrival) != [(each["agency_id"], each["phrase"]) for each in to]:
            renew(act, actor, case, changed="addressees")
        write_addressees(arrival, to)
        arrival.applicant_name = str(to[0]["agency_name"])[:160]
        arrival.norm = normalise(f"{arrival.subject}\n{arrival.applicant_name}")
        arrival.save(update_fields=["applicant_name", "norm"])
        act.append(
            "letter.addressed",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"to": [str(each["agency_id"]) for each in to]},
        )
