"""Receive: take envelopes in from whatever carrier brought them. The same for all carriers.

One transaction for a batch, only over the road's own tables. What is true after a crash:
- before the commit: nothing was taken in, and the carrier has had no answer, so it brings the
  same bytes again;
- after the commit: every authentic envelope stands here durably. The carrier that brings it
  once more, because our answer was lost, meets a known id, and nothing changes.
Recovery is this function. It needs no order: what comes early leaves a hole that is a number,
not a wait.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from pishkhan.kernel import clock, rows
from pishkhan.kernel.errors import PishkhanError
from pishkhan.relay import protocol
from pishkhan.relay.contracts import InboundState
from pishkhan.relay.logic import claims, files, origins, voids
from pishkhan.relay.models import Envelope, Inbound, Peer, Rejection, Stream
from pishkhan.relay.protocol import Header
from pishkhan.sealing import api as sealing

KEY_REVOKED = "relay.key-revoked"
EPOCH_OVER = "relay.epoch-over"
NOT_ITS_OFFICE = "relay.not-its-office"
MAX_REJECTIONS = 10_000
"""Rows kept of what nobody known signed; beyond it all is counted in one row."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope's bytes, as they travelled."""

    header: bytes
    payload: bytes
    signature: bytes

    @property
    def id(self) -> str:
        """Return the envelope's name, worked out from the bytes."""
        return protocol.envelope_id(self.header, self.payload)


@dataclass(slots=True)
class Taken:
    """What `receive` did. `known` were here before; `rejected` maps an id to its reason."""

    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    rejected: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Opened:
    id: str
    header: Header
    sealed: Sealed
    over: bool
    """Whether the key that signed it counts no more: revoked, or past the end stated for it."""
    former: bool
    """Whether its origin has gone on in a later epoch."""
    foreign: bool
    """Whether it names a sending office that does not live at its origin."""


def receive(envelopes: Sequence[Sealed]) -> Taken:
    """Take a batch in; authentic ones are durable on return, others are counted and dropped."""
    at = clock.current().now()
    opened: dict[str, _Opened] = {}
    taken = Taken()
    believed, places = origins.Origins(), origins.Places()
    for sealed in envelopes:
        id_ = sealed.id
        try:
            header = _authentic(sealed, believed)
            if header.origin != places.me and places.node_of(header.to) != places.me:
                raise protocol.broken("relay.wrong-destination")
            over = believed.is_over(header.origin, header.key, at)
            foreign = header.origin != places.me and places.node_of(header.sender) != header.origin
            former = believed.is_former(header.origin, header.epoch)
            opened[id_] = _Opened(id_, header, sealed, over, former, foreign)
        except PishkhanError as error:
            taken.rejected[id_] = error.code
    with transaction.atomic():
        _take(opened, taken, at)
        for id_, reason in taken.rejected.items():
            count_rejection(id_, reason, at)
    return taken


def _authentic(sealed: Sealed, believed: origins.Origins) -> Header:
    """Return the header after its signature and the payload's digest were found right."""
    header = protocol.read(sealed.header)
    key = believed.public_key(header.origin, header.epoch, header.key)
    if key is None:
        raise protocol.broken("relay.unknown-origin")
    if not sealing.verify(protocol.SIGNED_AS, sealed.header, sealed.signature, key):
        raise protocol.broken("relay.bad-signature")
    protocol.check_payload(header, sealed.payload)
    return header


def _take(opened: dict[str, _Opened], taken: Taken, at: datetime) -> None:
    by_stream: dict[tuple[UUID, int, UUID], list[_Opened]] = defaultdict(list)
    for one in opened.values():
        by_stream[one.header.origin, one.header.epoch, one.header.to].append(one)
    streams = {key: incoming_stream(key) for key in sorted(by_stream)}
    # Read only now: the streams' locks keep another worker from taking the same envelopes in.
    known = set(Inbound.objects.filter(envelope__in=opened).values_list("envelope_id", flat=True))
    taken.known = [id_ for id_ in opened if id_ in known]
    stored = set(Envelope.objects.filter(id__in=opened).values_list("id", flat=True))
    rows.insert_many(
        Envelope,
        (
            {
                "id": one.id,
                "header": one.sealed.header,
                "payload": one.sealed.payload,
                "signature": one.sealed.signature,
            }
            for one in opened.values()
            if one.id not in stored
        ),
    )
    told = _told_before(opened)
    suspended = set(
        Peer.objects.filter(node__in={key[0] for key in by_stream}).values_list("node", flat=True)
    )
    for key, batch in by_stream.items():
        fresh = sorted(
            (one for one in batch if one.id not in known), key=lambda one: one.header.seq
        )
        if fresh:
            forked = _forks(streams[key], fresh)
            if forked:
                _suspend(key[0], at)
                suspended.add(key[0])
            _insert(streams[key], fresh, forked, told, at)
            _advance(streams[key], fresh)
    taken.new = [id_ for id_ in opened if id_ not in known]


def incoming_stream(key: tuple[UUID, int, UUID]) -> Stream:
    origin, epoch, destination = key
    wanted = Stream.objects.filter(
        outgoing=False, origin=origin, epoch=epoch, destination=destination
    )
    found = claims.waiting_for(wanted).first()
    if found is None:
        Stream.objects.bulk_create(
            [Stream(outgoing=False, origin=origin, epoch=epoch, destination=destination)],
            ignore_conflicts=True,
        )
        found = claims.waiting_for(wanted).get()
    return found


def _forks(stream: Stream, fresh: list[_Opened]) -> set[int]:
    """Return the sequence numbers under which two different envelopes exist.

    What a revoked key signed is no half of a fork, nor what is above the end of an epoch: who
    stole the key, or has the copied disk, could suspend the node by it.
    """
    seqs = [one.header.seq for one in fresh if not (one.over or _is_above(stream, one))]
    forked = {seq for seq in seqs if seqs.count(seq) > 1} if len(set(seqs)) < len(seqs) else set()
    if seqs and seqs[0] <= stream.last:
        there = Inbound.objects.filter(
            stream=stream, seq__in=[seq for seq in seqs if seq <= stream.last]
        )
        forked |= set(
            there.exclude(
                state=InboundState.QUARANTINED, reason__in=[KEY_REVOKED, EPOCH_OVER]
            ).values_list("seq", flat=True)
        )
    return forked


def _is_above(stream: Stream, one: _Opened) -> bool:
    """Return whether it is of an epoch that is over, above what had come when that ended."""
    return one.former and one.header.seq > (stream.fixed or 0)


def _suspend(origin: UUID, at: datetime) -> None:
    """Stop applying what a node sends: two histories of it exist, and a person must choose."""
    Peer.objects.bulk_create(
        [Peer(node=origin, reason="relay.fork", suspended_at=at)], ignore_conflicts=True
    )


def _told_before(opened: dict[str, _Opened]) -> set[UUID]:
    """Return the messages of former epochs that came before: packed anew, they are done once."""
    late = [one.header for one in opened.values() if one.former]
    if not late:
        return set()
    known = Inbound.objects.filter(
        origin__in={header.origin for header in late}, message__in=[each.message for each in late]
    )
    return set(known.values_list("message", flat=True))


def _insert(
    stream: Stream, fresh: list[_Opened], forked: set[int], told: set[UUID], at: datetime
) -> None:
    if forked:
        # The twin that came first is kept too; unless it was applied already it must wait.
        twins = Inbound.objects.filter(
            stream=stream,
            seq__in=forked,
            state__in=[InboundState.RECEIVED, InboundState.VERIFIED, InboundState.WAITING],
        )
        twins.exclude(kind=protocol.RECEIPT).update(receipt_due=True)
        twins.update(state=InboundState.QUARANTINED, reason="relay.fork")
    rows.insert_many(Inbound, (_row(stream, one, forked, told, at) for one in fresh))


def _row(
    stream: Stream, one: _Opened, forked: set[int], told: set[UUID], at: datetime
) -> dict[str, object]:
    header = one.header
    state, reason = InboundState.VERIFIED, ""
    if one.over:
        state, reason = InboundState.QUARANTINED, KEY_REVOKED
    elif _is_above(stream, one) and header.message not in told:
        state, reason = InboundState.QUARANTINED, EPOCH_OVER
    elif header.seq in forked:
        state, reason = InboundState.QUARANTINED, "relay.fork"
    elif one.foreign:
        state, reason = InboundState.QUARANTINED, NOT_ITS_OFFICE
    elif not files.present(header.origin, header.blobs):
        state, reason = InboundState.RECEIVED, "relay.files-missing"
    return {
        "stream": stream.pk,
        "seq": header.seq,
        "envelope": one.id,
        "origin": header.origin,
        "message": header.message,
        "from_office": header.sender,
        "to_office": header.to,
        "kind": header.kind,
        "version": header.version,
        "subject": header.subject,
        "state": state.value,
        "reason": reason,
        "receipt_due": state is not InboundState.VERIFIED and header.kind != protocol.RECEIPT,
        "received_at": at,
    }


def _advance(stream: Stream, fresh: list[_Opened]) -> None:
    """Move the stream's marks; looks at rows only where something came out of order."""
    voided: list[tuple[int, int]] = []
    if fresh[0].header.seq == stream.contiguous + 1 and stream.last == stream.contiguous:
        later = iter([one.header.seq for one in fresh])
    else:
        voided = voids.of(stream)
        later = iter(
            Inbound.objects.filter(stream=stream, seq__gt=stream.contiguous)
            .order_by("seq")
            .values_list("seq", flat=True)
        )
    stream.contiguous = voids.reached(stream.contiguous, later, voided)
    stream.last = max(stream.last, fresh[-1].header.seq)
    stream.save(update_fields=["contiguous", "last"])


def count_rejection(id_: str, reason: str, at: datetime) -> None:
    """Take note of bytes that no known key signed: their digest, the reason, how often."""
    known = Rejection.objects.filter(digest=id_)
    if known.update(count=F("count") + 1, last_at=at):
        return
    if Rejection.objects.count() >= MAX_REJECTIONS:
        id_, reason = hashlib.sha256(b"").hexdigest(), "relay.too-many-rejected"
        if Rejection.objects.filter(digest=id_).update(count=F("count") + 1, last_at=at):
            return
    Rejection.objects.bulk_create(
        [Rejection(digest=id_, reason=reason, first_at=at, last_at=at)], ignore_conflicts=True
    )
