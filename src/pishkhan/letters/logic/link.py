"""Link a letter to another by number, year and sender (عطف / پیرو)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, Refused
from pishkhan.kernel.text import latin_digits
from pishkhan.letters import rules
from pishkhan.letters.contracts import LinkRef, Relation, StepKind
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.covers import MOST_LINKS
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Arrival, Link


def link(actor: Actor, arrival_id: UUID, link: LinkRef) -> None:
    """Note that a letter answers or follows another; the clerk's or a present receiver's deed.

    Raises NotFound, Forbidden, Refused (`letters.not-now`, `letters.linked-already`), Invalid.
    """
    links = checked_links([link])
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("link", case.standing)
        known = Link.objects.filter(
            arrival=arrival,
            relation=links[0].relation.value,
            number=links[0].number,
            year=links[0].year,
        )
        if known.exists():
            raise Refused("letters.linked-already", N_("This link is there already."))
        add_links(arrival, links, at=act.at)
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.LINKED,
            at=act.at,
            by=actor,
            params={"relation": links[0].relation.value, "number": links[0].number},
        )
        act.append(
            "letter.linked",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"relation": links[0].relation.value, "year": links[0].year},
        )


def checked_links(links: Sequence[LinkRef]) -> list[LinkRef]:
    """Return the links cleaned, without repeats; Invalid names `links`."""
    if len(links) > MOST_LINKS:
        raise Invalid(
            "letters.too-many-links", fields={"links": Message(N_("These are too many links."))}
        )
    checked: dict[tuple[str, str, int], LinkRef] = {}
    for each in links:
        number = latin_digits(entered.line("links", each.number, longest=40))
        sender = entered.line("links", each.sender, longest=200, required=False)
        if not 1200 <= each.year <= 1599:
            raise Invalid(
                "letters.link-year",
                fields={"links": Message(N_("The year is not right; write it like 1405."))},
            )
        relation = Relation(each.relation)
        checked[relation.value, number, each.year] = LinkRef(relation, number, each.year, sender)
    return list(checked.values())


def add_links(arrival: Arrival, links: Sequence[LinkRef], *, at: datetime) -> None:
    """Write links that were checked."""
    rows.insert_many(
        Link,
        [
            {
                "arrival_id": arrival.id,
                "relation": each.relation.value,
                "number": each.number,
                "year": each.year,
                "sender": each.sender,
                "at": at,
            }
            for each in links
        ],
    )
