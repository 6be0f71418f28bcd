"""Take a receipt in: what the receiver said becomes the sender's state and moves custody.

Runs as the handler of `relay.receipt`, inside the worker's act and the receipt's own savepoint:
states, custody and journal entries stand or fall together. Saying the same twice changes nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay.contracts import SETTLED, Delivery, InboundState, OutgoingState, Refusal
from pishkhan.relay.logic import custody, files, origins, registry
from pishkhan.relay.models import Outgoing
from pishkhan.relay.rules import Step

_SENDERS_STATE = {
    InboundState.RECEIVED: OutgoingState.WAITING,
    InboundState.VERIFIED: OutgoingState.WAITING,
    InboundState.WAITING: OutgoingState.WAITING,
    InboundState.QUARANTINED: OutgoingState.QUARANTINED,
    InboundState.APPLIED: OutgoingState.APPLIED,
    InboundState.REFUSED: OutgoingState.REFUSED,
}
_Said = tuple[OutgoingState, str, UUID | None]


def take_in(delivery: Delivery, act: Act) -> None:
    """Apply a receipt. Invalid (`relay.receipt-shape`) if it is not one."""
    said, states = _read(delivery.payload)
    places = origins.Places()
    groups: dict[_Said, list[Outgoing]] = defaultdict(list)
    known = Outgoing.objects.filter(id__in=said).only(
        "id",
        "kind",
        "version",
        "from_office",
        "to_office",
        "subject",
        "envelope",
        "state",
        "transfer",
        "item",
        "blobs",
    )
    for message in known:
        envelope, outcome = said[message.id]
        node = places.node_of(message.to_office)
        # Only the node that a message went to may say what became of it, and only of the very
        # bytes that were sent; what was once settled stays settled.
        if node != delivery.origin or message.envelope != envelope or message.state in SETTLED:
            continue
        groups[outcome].append(message)
        if message.blobs and node != places.me:
            files.heard(node, message.blobs, states[message.id])
    for outcome, messages in groups.items():
        _tell(act, outcome, messages)


def _tell(act: Act, outcome: _Said, messages: list[Outgoing]) -> None:
    state, reason, blocked_by = outcome
    Outgoing.objects.filter(id__in=[message.id for message in messages]).exclude(
        state__in=SETTLED
    ).update(
        state=state,
        reason=reason,
        blocked_by=blocked_by,
        settled_at=act.at if state in SETTLED else None,
    )
    if state not in SETTLED:
        return
    step = Step.RELEASE if state is OutgoingState.APPLIED else Step.RESUME
    moved = [message.transfer for message in messages if message.transfer is not None]
    for transfer, item, office, hop in custody.settle(act, moved, step) if moved else ():
        act.append(
            "custody.released" if step is Step.RELEASE else "custody.resumed",
            subject=item,
            actor="system",
            fields={"transfer": str(transfer), "office": str(office), "hop": hop},
        )
    if state is OutgoingState.REFUSED:
        for message in messages:
            _hear(act, message, reason)


def _hear(act: Act, message: Outgoing, reason: str) -> None:
    handler = registry.refusal_handler_for(message.kind, message.version)
    if handler is not None:
        handler(
            Refusal(
                message=message.id,
                kind=message.kind,
                from_office=message.from_office,
                to_office=message.to_office,
                subject=message.subject,
                item=message.item,
                reason=reason,
            ),
            act,
        )


def _read(
    payload: dict[str, Any],
) -> tuple[dict[UUID, tuple[str, _Said]], dict[UUID, InboundState]]:
    """Return message id to (envelope id, (state, reason, blocked by)), and to the state as told."""
    acks = payload.get("acks")
    try:
        if payload.keys() != {"acks"} or not isinstance(acks, list):
            raise ValueError
        said, states = {}, {}
        for ack in acks:
            if not {"envelope", "message", "state"} <= ack.keys():
                raise ValueError
            blocked = ack.get("blocked_by")
            states[UUID(ack["message"])] = InboundState(ack["state"])
            said[UUID(ack["message"])] = (
                str(ack["envelope"]),
                (
                    _SENDERS_STATE[InboundState(ack["state"])],
                    str(ack.get("reason", ""))[:80],
                    None if blocked is None else UUID(blocked),
                ),
            )
        return said, states
    except (ValueError, TypeError, AttributeError):
        raise Invalid("relay.receipt-shape", N_("The receipt cannot be read.")) from None
