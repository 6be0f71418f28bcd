"""Pack: number what deeds have queued, write headers, sign, and set it before its carrier.

One act for a batch. What is true after a crash:
- before the commit: nothing happened. The messages are still pending, the numbers not taken,
  and no carrier has seen an envelope: signatures were only made in memory;
- after the commit: message, number and envelope stand together, and `to_carry` says that the
  carrier still has to come. Packing again takes other messages.
A number is thus never given twice nor left out. A message that cannot be packed is set aside
with its reason before it gets a number.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from pishkhan.journal.api import Act, act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, PishkhanError, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import protocol
from pishkhan.relay.contracts import OutgoingState, StepReport, Transfer
from pishkhan.relay.logic import claims, closing, origins
from pishkhan.relay.models import Envelope, Outgoing, Stream
from pishkhan.relay.protocol import Header


class Packed(NamedTuple):
    message: Outgoing
    id: str
    header: bytes
    payload: bytes
    signature: bytes
    seq: int
    to_node: UUID | None
    """The other node that it goes to; None when it stays here."""


def _pending() -> QuerySet[Outgoing]:
    return Outgoing.objects.filter(state=OutgoingState.PENDING)


_ANY_PENDING = claims.any_of(_pending)


def pack(*, limit: int) -> StepReport:
    """Pack up to `limit` pending messages, oldest first."""
    if _ANY_PENDING.first() is None:
        return StepReport()
    with act() as a:
        messages = list(claims.locked(_pending().order_by("id"))[:limit])
        if not messages:  # another worker has them; the act wrote nothing and needs no entry
            return StepReport()
        node, places = origins.this_node(), origins.Places()
        streams = outgoing_streams(node, {message.to_office for message in messages})
        packed, bad = [], []
        for message in messages:
            stream = streams[message.to_office]
            try:
                packed.append(seal(message, node, stream.last + 1, places))
            except PishkhanError as error:
                bad.append((message, error.code))
            except Exception as error:
                bad.append((message, type(error).__name__))
            else:
                stream.last += 1
        _write(a, packed, bad, streams)
        return StepReport(packed=len(packed), unsendable=len(bad))


def outgoing_streams(node: origins.Node, destinations: set[UUID]) -> dict[UUID, Stream]:
    """Return this node's outgoing streams, made where missing, locked in one order."""
    mine = Stream.objects.filter(outgoing=True, origin=node.id, epoch=node.epoch)
    known = set(mine.filter(destination__in=destinations).values_list("destination", flat=True))
    Stream.objects.bulk_create(
        [
            Stream(outgoing=True, origin=node.id, epoch=node.epoch, destination=destination)
            for destination in sorted(destinations - known)
        ],
        ignore_conflicts=True,
    )
    locked = claims.waiting_for(mine.filter(destination__in=destinations).order_by("id"))
    return {stream.destination: stream for stream in locked}


def seal(message: Outgoing, node: origins.Node, seq: int, places: origins.Places) -> Packed:
    """Return the envelope; Refused when its node can not be sent to."""
    payload = bytes(message.payload)
    to_node = places.node_of(message.to_office)
    away = to_node != node.id
    if away:
        payload = closing.close(payload, recipient_of(places, to_node))
    header = protocol.write(
        Header(
            origin=node.id,
            epoch=node.epoch,
            key=node.key.key_id,
            sender=message.from_office,
            to=message.to_office,
            seq=seq,
            message=message.id,
            kind=message.kind,
            version=message.version,
            subject=message.subject,
            created=message.created_at,
            size=len(payload),
            payload=protocol.payload_digest(payload),
            after=tuple(UUID(earlier) for earlier in message.after),
            blobs=tuple(message.blobs),
            transfer=transfer_of(message),
            seal=protocol.SEALED if away else protocol.NOT_SEALED,
        )
    )
    return Packed(
        message,
        protocol.envelope_id(header, payload),
        header,
        payload,
        node.key.sign(protocol.SIGNED_AS, header),
        seq,
        to_node if away else None,
    )


def recipient_of(places: origins.Places, node: UUID) -> str:
    """Return whom to seal to for a node.

    Refused `relay.node-revoked`, `relay.no-recipient` when its sealing key is not known here.
    """
    other = places.others()[node]
    if other.revoked_at is not None:
        raise Refused("relay.node-revoked", N_("This node was revoked: it gets no more post."))
    if not other.recipient:
        raise Refused("relay.no-recipient", N_("The key by which to seal to this node is missing."))
    return other.recipient


def transfer_of(message: Outgoing) -> Transfer | None:
    """Return the transfer that a message carries, or None."""
    if message.transfer is None or message.item is None or message.hop is None:
        return None
    return Transfer(message.transfer, message.item, message.hop)


def _write(
    a: Act,
    packed: list[Packed],
    bad: list[tuple[Outgoing, str]],
    streams: dict[UUID, Stream],
) -> None:
    rows.insert_many(
        Envelope,
        (
            {
                "id": one.id,
                "header": one.header,
                "payload": one.payload,
                "signature": one.signature,
                "to_carry": one.message.id,
                "to_node": one.to_node,
                "stream_id": streams[one.message.to_office].pk if one.to_node else None,
                "seq": one.seq if one.to_node else None,
            }
            for one in packed
        ),
    )
    for one in packed:
        one.message.envelope = one.id
    # One field a message: each more would cost every message another branch to build and parse.
    Outgoing.objects.bulk_update([one.message for one in packed], ["envelope"])
    # A receipt is never answered, so it must not stay among what waits for an answer.
    for is_receipt, state in ((True, OutgoingState.APPLIED), (False, OutgoingState.SENT)):
        Outgoing.objects.filter(
            id__in=[
                one.message.id
                for one in packed
                if (one.message.kind == protocol.RECEIPT) is is_receipt
            ]
        ).update(state=state)
    for message, reason in bad:
        Outgoing.objects.filter(id=message.id).update(state=OutgoingState.UNSENDABLE, reason=reason)
    Stream.objects.bulk_update(streams.values(), ["last"])
    digest = hashlib.sha256("".join(one.id for one in packed).encode()).hexdigest()
    a.append(
        "envelopes.packed",
        subject=new_id(),
        actor="system",
        fields={"count": len(packed), "unsendable": len(bad), "envelopes": digest},
    )
