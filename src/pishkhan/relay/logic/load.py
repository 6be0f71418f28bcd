"""Load: messages in bulk, with everything that their road would have left behind.

For measuring with many letters. One act writes what a deed's `send`, then pack, carry and apply
write in acts of their own; what the handlers would have written is the caller's. Receipts are
not forestalled: the worker writes them in its next rounds, and they release the senders.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from uuid import UUID

from pishkhan.journal import api as journal
from pishkhan.journal.api import Act, NewEntry
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import rules
from pishkhan.relay.contracts import InboundState, NewMessage, OutgoingState, Transfer
from pishkhan.relay.logic import origins
from pishkhan.relay.logic.pack import Packed, outgoing_streams, seal
from pishkhan.relay.logic.receive import incoming_stream
from pishkhan.relay.logic.send import values_of
from pishkhan.relay.models import Custody, Envelope, Inbound, Outgoing, Stream
from pishkhan.relay.rules import Step


def hold_and_offer_many(
    act: Act, items: Sequence[UUID], office: UUID, to_offices: Sequence[UUID]
) -> list[Transfer]:
    """Begin custody of new items at `office` and offer each to its receiver; see `custody`."""
    state = rules.after(Step.OFFER, rules.after(Step.HOLD, None))
    transfers = [Transfer(id=new_id(), item=item, hop=1) for item in items]
    rows.insert_many(
        Custody,
        (
            {
                "item": transfer.item,
                "office": office,
                "state": state.value,
                "transfer": transfer.id,
                "to_office": to_office,
                "hop": transfer.hop,
                "changed_at": act.at,
            }
            for transfer, to_office in zip(transfers, to_offices, strict=True)
        ),
    )
    return transfers


def load_many(act: Act, messages: Sequence[NewMessage]) -> list[UUID]:
    """Write messages as packed, carried and applied, their items taken; return their ids.

    All stay on this node. Refused `relay.post-under-way` when earlier messages to the same offices
    still travel.
    """
    node, places = origins.this_node(), origins.Places()
    streams = outgoing_streams(node, {message.to_office for message in messages})
    arriving = {to: incoming_stream((node.id, node.epoch, to)) for to in sorted(streams)}
    if any(arriving[to].contiguous != stream.last for to, stream in streams.items()):
        raise Refused("relay.post-under-way", N_("Earlier post has to arrive first."))
    packed = []
    for message in messages:
        values = values_of(act, message) | {"state": OutgoingState.SENT.value}
        stream = streams[message.to_office]
        stream.last += 1
        packed.append((seal(Outgoing(**values), node, stream.last, places), values, stream.last))
    _write(act, packed, arriving, node.id)
    for to, stream in streams.items():
        Stream.objects.filter(pk=stream.pk).update(last=stream.last)
        Stream.objects.filter(pk=arriving[to].pk).update(last=stream.last, contiguous=stream.last)
    _take(act, messages)
    return [values["id"] for _, values, _ in packed]


def _write(
    act: Act,
    packed: list[tuple[Packed, dict[str, object], int]],
    arriving: dict[UUID, Stream],
    node: UUID,
) -> None:
    rows.insert_many(Outgoing, (values | {"envelope": one.id} for one, values, _ in packed))
    rows.insert_many(
        Envelope,
        (
            {
                "id": one.id,
                "header": one.header,
                "payload": one.payload,
                "signature": one.signature,
                "carried_at": act.at,
            }
            for one, _, _ in packed
        ),
    )
    rows.insert_many(Inbound, (_inbound(act, one, arriving, seq, node) for one, _, seq in packed))
    digest = hashlib.sha256("".join(one.id for one, _, _ in packed).encode()).hexdigest()
    act.append(
        "envelopes.packed",
        subject=new_id(),
        actor="system",
        fields={"count": len(packed), "unsendable": 0, "envelopes": digest},
    )
    journal.append_many(
        act,
        [
            NewEntry(
                kind="envelope.applied",
                subject=one.message.subject,
                actor="system",
                fields={
                    "envelope": one.id,
                    "message_kind": one.message.kind,
                    "office": str(one.message.to_office),
                },
            )
            for one, _, _ in packed
        ],
    )


def _inbound(
    act: Act, one: Packed, arriving: dict[UUID, Stream], seq: int, node: UUID
) -> dict[str, object]:
    message = one.message
    return {
        "stream": arriving[message.to_office].pk,
        "seq": seq,
        "envelope": one.id,
        "origin": node,
        "message": message.id,
        "from_office": message.from_office,
        "to_office": message.to_office,
        "kind": message.kind,
        "version": message.version,
        "subject": message.subject,
        "state": InboundState.APPLIED.value,
        "attempts": 1,
        "receipt_due": True,
        "received_at": act.at,
        "settled_at": act.at,
    }


def _take(act: Act, messages: Sequence[NewMessage]) -> None:
    state = rules.after(Step.TAKE, None)
    rows.insert_many(
        Custody,
        (
            {
                "item": message.transfer.item,
                "office": message.to_office,
                "state": state.value,
                "transfer": message.transfer.id,
                "hop": message.transfer.hop,
                "changed_at": act.at,
            }
            for message in messages
            if message.transfer is not None
        ),
    )
