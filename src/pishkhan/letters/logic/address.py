"""Change to whom a letter goes that is not signed yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.text import normalise
from pishkhan.letters import rules
from pishkhan.letters.access import post_of
from pishkhan.letters.contracts import CopyTo, PostTo, Way
from pishkhan.letters.logic.addressees import checked_addressees, receivers_of, write_addressees
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.draft import renew
from pishkhan.letters.logic.internal import checked_posts, receivers_line


def address(
    actor: Actor,
    arrival_id: UUID,
    *,
    agency_id: UUID | None = None,
    copies: Sequence[CopyTo] = (),
    posts: Sequence[PostTo] = (),
) -> None:
    """Let the letter go to these agencies, or an internal one to these posts.

    For who may write it, before it is signed; what was initialled for others has to be initialled
    anew. Raises NotFound, Forbidden, Refused (`letters.not-now`, `letters.signed-already`), Invalid
    (fields agency_id, posts, copies).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("address", case.standing)
        to = _checked(actor, case, agency_id, copies, posts)
        if receivers_of(arrival) != [_receiver(each) for each in to]:
            renew(act, actor, case, changed="addressees")
        write_addressees(arrival, to)
        arrival.applicant_name = receivers_line(to)[:160]
        arrival.norm = normalise(f"{arrival.subject}\n{arrival.applicant_name}")
        arrival.save(update_fields=["applicant_name", "norm"])
        internal = arrival.way == Way.INTERNAL
        act.append(
            "letter.addressed",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"posts": [str(each["post_id"]) for each in to]}
            if internal
            else {"to": [str(each["agency_id"]) for each in to]},
        )


def _checked(
    actor: Actor,
    case: Case,
    agency_id: UUID | None,
    copies: Sequence[CopyTo],
    posts: Sequence[PostTo],
) -> list[dict[str, object]]:
    arrival = case.arrival
    if arrival.way == Way.INTERNAL:
        own = directory.post(post_of(actor))
        return checked_posts(own, posts, classification=arrival.classification)
    return checked_addressees(
        arrival.agency_id, agency_id, copies, classification=arrival.classification
    )


def _receiver(each: dict[str, object]) -> tuple[object, ...]:
    return (each["agency_id"], each.get("post_id"), each.get("copy", False), each["phrase"])
