"""Register an arrival in the secretariat's indicator (ثبت نامه)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.letters import numbering, rules
from pishkhan.letters.contracts import IssuedNumber, LinkRef, SeriesView, StepKind, Way
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.link import add_links, checked_links
from pishkhan.letters.logic.number import issue_number
from pishkhan.letters.logic.series import series_of
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.logic.terms import chosen_terms, codes_of
from pishkhan.letters.models import Arrival
from pishkhan.relay import api as relay

_CHANGED = (
    "state",
    "number",
    "year",
    "number_text",
    "registered_at",
    "sender_number",
    "sender_date",
    "terms",
)


def register(
    actor: Actor,
    arrival_id: UUID,
    *,
    sender_number: str = "",
    sender_date: date | None = None,
    links: Sequence[LinkRef] = (),
    terms: Mapping[Table, str] | None = None,
    series: UUID | None = None,
) -> IssuedNumber:
    """Give an arrived letter its number and return it; needs the secretariat that holds it.

    `sender_number` and `sender_date` are the sender's own, where the letter bears them; `links`
    are the letters it answers or follows; `terms` are codes of the norm's tables, where they are
    not the usual ones; `series` is the indicator, where it is not the one that its rules say.
    Raises NotFound, Forbidden, Refused (`letters.not-now`
    when it is registered already, `relay.not-custodian`), Invalid.
    """
    sender_number = entered.line("sender_number", sender_number, longest=40, required=False)
    entered.day("sender_date", sender_date)
    links = checked_links(links)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        rules.require("register", case.standing)
        relay.require_custody(arrival.letter_id, arrival.secretariat_id)
        arrival.terms = chosen_terms(terms or {}, arrival.terms, official=bool(arrival.official))
        taken = _series(arrival, series)
        issued = issue_number(
            act, arrival.secretariat_id, act.at, arrival.id, way=Way.INCOMING, series=taken
        )
        arrival.state = rules.next_arrival("register", case.standing.state).value
        _stamp(arrival, issued)
        if not arrival.official:  # an agency's letter brought its own
            arrival.sender_number, arrival.sender_date = sender_number, sender_date
        arrival.save(update_fields=_CHANGED)
        add_links(arrival, links, at=act.at)
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.REGISTERED,
            at=act.at,
            by=actor,
            params={"number": issued.text},
        )
        tell_counter(act, arrival, StepKind.REGISTERED)
        act.append(
            "letter.registered",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "secretariat": str(arrival.secretariat_id),
                "series": str(taken.id),
                "year": issued.year,
                "number": issued.number,
                "links": len(links),
                "terms": codes_of(arrival.terms),
            },
        )
    return issued


def _series(arrival: Arrival, given: UUID | None) -> SeriesView:
    kind = arrival.terms[Table.KIND.value]["code"]
    return numbering.chosen(series_of(arrival.secretariat_id), Way.INCOMING, kind, given)


def _stamp(arrival: Arrival, issued: IssuedNumber) -> None:
    arrival.number, arrival.year = issued.number, issued.year
    arrival.number_text, arrival.registered_at = issued.text, issued.at
