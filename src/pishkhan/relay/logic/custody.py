"""Custody of an item, one office's row at a time; the steps are in `rules.py`.

Every step is one conditional statement: it names the state it leaves, and a count of zero means
that somebody else was first. The deed that calls writes the journal entry; the worker's own
steps (release, resume) are journalled by `logic/receipts.py`.
"""

from __future__ import annotations

from contextvars import ContextVar
from uuid import UUID

from django.db import IntegrityError

from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.relay import rules
from pishkhan.relay.contracts import CustodyState, Transfer
from pishkhan.relay.models import Custody
from pishkhan.relay.rules import Step

taken: ContextVar[set[UUID] | None] = ContextVar("pishkhan_relay_taken", default=None)
"""The transfers that the handler at work has taken; the worker checks that none was forgotten."""


_KNOWN = Prepared(
    lambda item, office: Custody.objects.filter(item=item, office=office).values_list(
        "state", "hop", "transfer"
    ),
    item=UUID,
    office=UUID,
)


def hold(act: Act, item: UUID, office: UUID) -> None:
    """Make `office` the item's first custodian; Refused (`relay.already-held`) if it has one."""
    _insert(act, item, office, state=rules.after(Step.HOLD, None), hop=0)


def offer(act: Act, item: UUID, office: UUID, to_office: UUID) -> Transfer:
    """Freeze the item here and return the transfer to send with it.

    Precondition: `office` holds the item; Refused (`relay.not-custodian`) else. From here on
    nobody can act on the item as custodian until the receiver has taken or refused it.
    Refused (`relay.same-office`) when an office would offer to itself.
    """
    _check_other(office, to_office)
    known = _KNOWN.first(item=item, office=office)
    state = rules.after(Step.OFFER, CustodyState(known[0]) if known else None)
    assert known is not None
    transfer = Transfer(id=new_id(), item=item, hop=known[1] + 1)
    changed = Custody.objects.filter(item=item, office=office, state=known[0], hop=known[1]).update(
        state=state, transfer=transfer.id, to_office=to_office, hop=transfer.hop, changed_at=act.at
    )
    if not changed:
        raise rules.not_custodian()
    return transfer


def hold_and_offer(act: Act, item: UUID, office: UUID, to_office: UUID) -> Transfer:
    """Begin custody of a new item and offer it in one insert; return the transfer to send."""
    _check_other(office, to_office)
    state = rules.after(Step.OFFER, rules.after(Step.HOLD, None))
    transfer = Transfer(id=new_id(), item=item, hop=1)
    _insert(act, item, office, state=state, hop=1, transfer=transfer.id, to_office=to_office)
    return transfer


def take(act: Act, transfer: Transfer, office: UUID) -> None:
    """Make the receiver the custodian; called by the handler of the message that brought it.

    Taking the same transfer twice is harmless. Refused (`relay.stale-transfer`) when the office
    already knows a newer hop of the item, `relay.already-held` when another office holds it.
    """
    marks = taken.get()
    if marks is not None:
        marks.add(transfer.id)
    known = _KNOWN.first(item=transfer.item, office=office)
    if known is None:
        state = rules.after(Step.TAKE, None)
        _insert(act, transfer.item, office, state=state, hop=transfer.hop, transfer=transfer.id)
        return
    if known[2] == transfer.id and known[1] == transfer.hop:
        return
    if not rules.supersedes(known_hop=known[1], hop=transfer.hop):
        raise Refused(
            "relay.stale-transfer",
            N_("This office already knows a later move of the item."),
        )
    state = rules.after(Step.TAKE, CustodyState(known[0]))
    changed = Custody.objects.filter(
        item=transfer.item, office=office, state=known[0], hop=known[1]
    ).update(state=state, transfer=transfer.id, to_office=None, hop=transfer.hop, changed_at=act.at)
    if not changed:
        raise rules.not_custodian()


def release_self(act: Act, item: UUID, office: UUID) -> None:
    """End custody here: the item was handed over to the person. Refused if not held."""
    known = custodian_state(item, office)
    state = rules.after(Step.HAND_OVER, known)
    changed = Custody.objects.filter(item=item, office=office, state=known).update(
        state=state, changed_at=act.at
    )
    if not changed:
        raise rules.not_custodian()


def settle(act: Act, transfers: list[UUID], step: Step) -> list[tuple[UUID, UUID, UUID, int]]:
    """Release or resume the senders of transfers; return (transfer, item, office, hop) of each.

    A transfer whose office has meanwhile gone on (the item came back with a higher hop) is left
    alone: its row names another transfer.
    """
    state = rules.after(step, CustodyState.OFFERED)
    found = list(
        Custody.objects.filter(transfer__in=transfers, state=CustodyState.OFFERED).values_list(
            "transfer", "item", "office", "hop"
        )
    )
    Custody.objects.filter(transfer__in=transfers, state=CustodyState.OFFERED).update(
        state=state, changed_at=act.at
    )
    return [(t, item, office, hop) for t, item, office, hop in found if t is not None]


def custodian_state(item: UUID, office: UUID) -> CustodyState | None:
    """Return what the office is to the item; None if it never had it."""
    found = _KNOWN.first(item=item, office=office)
    return None if found is None else CustodyState(found[0])


def require_custody(item: UUID, office: UUID) -> None:
    """Raise Refused (`relay.not-custodian`) unless the office holds the item now."""
    if custodian_state(item, office) is not CustodyState.HELD:
        raise rules.not_custodian()


def _check_other(office: UUID, to_office: UUID) -> None:
    # One row cannot be frozen as the sender's and held as the receiver's.
    if office == to_office:
        raise Refused("relay.same-office", N_("An office cannot send an item to itself."))


def _insert(
    act: Act,
    item: UUID,
    office: UUID,
    *,
    state: CustodyState,
    hop: int,
    transfer: UUID | None = None,
    to_office: UUID | None = None,
) -> None:
    try:
        rows.insert(
            Custody,
            {
                "item": item,
                "office": office,
                "state": state.value,
                "transfer": transfer,
                "to_office": to_office,
                "hop": hop,
                "changed_at": act.at,
            },
        )
    except IntegrityError:
        # The transaction is lost on PostgreSQL, and the deed with it: that is what is wanted.
        raise Refused("relay.already-held", N_("This item already has its custodian.")) from None
