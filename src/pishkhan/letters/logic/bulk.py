"""Register and refer many letters at one press: each on its own, so that none falls with another.

What is wrong with the order itself (a day that has passed, a post out of reach) is found before
the first letter; what is wrong with one letter is told beside it and the others go on. Killed
half-way, the letters before are done and the ones after are untouched; sending again is harmless,
for a letter that is registered already says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, Message, PishkhanError
from pishkhan.letters.access import cleared, secretariat_of
from pishkhan.letters.contracts import ArrivalRow, BulkOutcome, Order, Purpose
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.arrivals import ARRIVAL_COLUMNS, arrival_row
from pishkhan.letters.logic.refer import checked_receivers, not_there, refer
from pishkhan.letters.logic.register import register
from pishkhan.letters.models import Arrival

MOST_AT_ONCE = 100
"""Letters of one press; more would keep a person waiting without a word."""


def register_many(
    actor: Actor,
    arrival_ids: Sequence[UUID],
    *,
    order: Order | None = None,
    terms: Mapping[Table, str] | None = None,
) -> tuple[BulkOutcome, ...]:
    """Register the letters in the given order and, with an `order`, refer each at once.

    `terms` are codes of the norm's tables that all of them bear.

    Returns what became of each; a letter whose referral fails keeps its number. Raises Forbidden
    for another seat than a secretariat's clerk, Invalid for no letters or too many, and what
    `refer` raises for the order itself.
    """
    ids = _checked(actor, arrival_ids, order)
    first = partial(register, terms=terms)
    return tuple(_each(actor, id_, order, first=first) for id_ in ids)


def refer_many(
    actor: Actor, arrival_ids: Sequence[UUID], *, order: Order
) -> tuple[BulkOutcome, ...]:
    """Refer each of the letters; returns and raises as `register_many`."""
    ids = _checked(actor, arrival_ids, order)
    return tuple(_each(actor, id_, order, first=None) for id_ in ids)


def arrival_rows(actor: Actor, arrival_ids: Iterable[UUID]) -> dict[UUID, ArrivalRow]:
    """Return the lines of these letters of the actor's secretariat; others are left out."""
    rows = Arrival.objects.filter(
        cleared(actor), secretariat_id=secretariat_of(actor).id, pk__in=set(arrival_ids)
    )
    return {row[0]: arrival_row(row) for row in rows.values_list(*ARRIVAL_COLUMNS)}


def _each(
    actor: Actor, id_: UUID, order: Order | None, *, first: Callable[..., object] | None
) -> BulkOutcome:
    registered = referred = False
    fault: PishkhanError | None = None
    try:
        if first is not None:
            first(actor, id_)
            registered = True
        if order is not None:
            refer(actor, id_, to=order.to, instruction=order.instruction, deadline=order.deadline)
            referred = True
    except PishkhanError as error:
        fault = error
    return BulkOutcome(id_, registered, referred, fault)


def _checked(actor: Actor, arrival_ids: Sequence[UUID], order: Order | None) -> list[UUID]:
    secretariat_of(actor)
    ids = list(dict.fromkeys(arrival_ids))
    if not ids:
        raise _wrong(Message(N_("Tick at least one letter.")))
    if len(ids) > MOST_AT_ONCE:
        raise _wrong(Message(N_("At most %(most)s letters at once."), {"most": MOST_AT_ONCE}))
    if order is not None:
        _check_order(actor, order)
    return ids


def _check_order(actor: Actor, order: Order) -> None:
    entered.text("instruction", order.instruction, longest=2_000, required=False)
    entered.coming_day("deadline", order.deadline, at=clock.current().now())
    for receiver in checked_receivers(order.to):
        if receiver.purpose is Purpose.SIGNATURE or not directory.may_refer(
            actor, receiver.post_id
        ):
            raise not_there()


def _wrong(sentence: Message) -> Invalid:
    return Invalid("letters.bad-selection", fields={"letter": sentence})
