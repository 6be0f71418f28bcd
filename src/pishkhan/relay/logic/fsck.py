"""Is the post whole: envelopes, streams, custody? Every row once, in bounded memory."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby
from uuid import UUID

from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.findings import Finding, Survey, Words, told
from pishkhan.kernel.i18n import N_
from pishkhan.relay import protocol
from pishkhan.relay.contracts import CustodyState, InboundState, OutgoingState
from pishkhan.relay.logic import origins, voids
from pishkhan.relay.models import Custody, Envelope, Inbound, Outgoing, Stream, Void
from pishkhan.relay.protocol import Header
from pishkhan.sealing import api as sealing

AT_ONCE = 1_000
_ROWS = N_("The row was changed past the program: compare with a backup.")

WORDS = {
    "relay.envelope": Words(
        N_("The envelope %(subject)s has other bytes than its name says."), _ROWS
    ),
    "relay.header": Words(N_("The envelope %(subject)s cannot be read (%(why)s)."), _ROWS),
    "relay.signature": Words(
        N_("The envelope %(subject)s is not signed by the key that its header names."), _ROWS
    ),
    "relay.inbound": Words(
        N_("The row of the envelope %(subject)s does not say what its header says."), _ROWS
    ),
    "relay.outgoing": Words(
        N_("The message %(subject)s is not what was sealed in its envelope, or has none."), _ROWS
    ),
    "relay.sequence": Words(
        N_(
            "The stream %(subject)s to %(to)s counts to %(last)s, and %(there)s envelopes of it "
            "are there: one is missing or doubled."
        ),
        _ROWS,
    ),
    "relay.hole": Words(
        N_("The stream %(subject)s to %(to)s is whole up to %(whole)s; its row says %(row)s."),
        _ROWS,
    ),
    "relay.custodians": Words(N_("The item %(subject)s has more than one custodian."), _ROWS),
    "relay.no-custodian": Words(
        N_("The item %(subject)s has no custodian: it is neither on its way nor handed over."),
        _ROWS,
    ),
    "relay.no-reason": Words(
        N_("The message %(subject)s is stopped (%(state)s) and no reason is kept."),
        N_("Look at it on the post page of the admin desk."),
    ),
}  # fmt: skip


def items_known(items: Collection[UUID]) -> set[UUID]:
    """Return those of some hundred items that any office has or had custody of. One query."""
    found = Custody.objects.filter(item__in=list(items))
    return set(found.values_list("item", flat=True).distinct())


def fsck(survey: Survey) -> Iterator[Finding]:
    """Yield what is wrong with envelopes, streams, custody and reasons."""
    sent = _Sent()
    yield from _envelopes(survey, sent)
    yield from _outgoing(sent)
    yield from _incoming()
    yield from _custody(survey)
    yield from _reasons()


class _Sent:
    """Which sequences of this node's outgoing streams have an envelope: a bit each."""

    def __init__(self) -> None:
        self.me = origins.this_node()
        self._bits: dict[tuple[int, UUID], bytearray] = {}
        self.doubled: set[tuple[int, UUID]] = set()

    def saw(self, header: Header) -> None:
        key = (header.epoch, header.to)
        bits = self._bits.setdefault(key, bytearray())
        byte, bit = divmod(header.seq - 1, 8)
        if byte >= 1 << 27:  # a thousand million: no sequence, and no reason to fill the memory
            self.doubled.add(key)
            return
        if byte >= len(bits):
            bits.extend(bytes(byte + 1 - len(bits)))
        if bits[byte] >> bit & 1:
            self.doubled.add(key)
        bits[byte] |= 1 << bit

    def there(self, key: tuple[int, UUID]) -> tuple[int, int]:
        """Return how many sequences a stream has, and the highest."""
        bits = int.from_bytes(self._bits.get(key, b""), "little")
        return bits.bit_count(), bits.bit_length()

    def keys(self) -> set[tuple[int, UUID]]:
        return set(self._bits)


def _envelopes(survey: Survey, sent: _Sent) -> Iterator[Finding]:
    believed = origins.Origins()
    rows = Envelope.objects.order_by("id").values_list("id", "header", "payload", "signature")
    for id_, *parts in rows.iterator(AT_ONCE):
        survey.saw("envelopes")
        head, payload, signature = map(bytes, parts)
        try:
            header = protocol.read(head)
        except PishkhanError as error:
            yield told(WORDS, "relay.header", id_, why=error.code)
            continue
        if header.origin == sent.me.id:
            sent.saw(header)
        if protocol.envelope_id(head, payload) != id_:
            yield told(WORDS, "relay.envelope", id_)
            continue
        key = believed.public_key(header.origin, header.epoch, header.key)
        if key is None:
            survey.passed_over("envelopes of former keys")
        elif not sealing.verify(protocol.SIGNED_AS, head, signature, key):
            yield told(WORDS, "relay.signature", id_)


def _outgoing(sent: _Sent) -> Iterator[Finding]:
    streams = Stream.objects.filter(outgoing=True, origin=sent.me.id)
    for stream in streams.order_by("id").iterator(AT_ONCE):
        key = (stream.epoch, stream.destination)
        count, last = sent.there(key)
        if (count, last) != (stream.last, stream.last) or key in sent.doubled:
            yield told(
                WORDS, "relay.sequence", stream.pk,
                to=str(stream.destination), last=stream.last, there=count,
            )  # fmt: skip
    unsealed = (OutgoingState.PENDING, OutgoingState.UNSENDABLE)
    rows = Outgoing.objects.exclude(state__in=unsealed).order_by("id")
    batch: list[tuple[UUID, str, bytes]] = []
    for id_, envelope, payload in rows.values_list("id", "envelope", "payload").iterator(AT_ONCE):
        batch.append((id_, envelope, bytes(payload)))
        if len(batch) == AT_ONCE:
            yield from _sealed(batch)
            batch = []
    yield from _sealed(batch)


def _sealed(batch: list[tuple[UUID, str, bytes]]) -> Iterator[Finding]:
    known = dict(
        Envelope.objects.filter(id__in=[envelope for _, envelope, _ in batch]).values_list(
            "id", "header"
        )
    )
    for id_, envelope, payload in batch:
        try:
            header = protocol.read(bytes(known[envelope]))
            # What was sealed to another node opens there alone.
            fits = header.message == id_ and (
                header.seal != protocol.NOT_SEALED
                or header.payload == protocol.payload_digest(payload)
            )
        except (PishkhanError, KeyError):
            fits = False
        if not fits:
            yield told(WORDS, "relay.outgoing", id_)


def _incoming() -> Iterator[Finding]:
    for stream in Stream.objects.filter(outgoing=False).order_by("id").iterator(AT_ONCE):
        rows = Inbound.objects.filter(stream=stream).order_by("seq").values_list("seq", flat=True)
        void = Void.objects.filter(stream=stream).order_by("first").values_list("first", "last")
        whole = voids.reached(0, rows.iterator(AT_ONCE), list(void))
        last = rows.last() or 0
        if (whole, last) != (stream.contiguous, stream.last):
            yield told(
                WORDS, "relay.hole", stream.pk,
                to=str(stream.destination), whole=whole, row=stream.contiguous,
            )  # fmt: skip
    columns = ("seq", "message", "from_office", "to_office", "kind", "subject", "origin")
    inbound = Inbound.objects.order_by("id").values_list(
        "envelope_id", "envelope__header", *columns
    )
    for envelope, head, *said in inbound.iterator(AT_ONCE):
        try:
            h = protocol.read(bytes(head))
        except PishkhanError:
            continue  # told of with the envelopes
        if said != [h.seq, h.message, h.sender, h.to, h.kind, h.subject, h.origin]:
            yield told(WORDS, "relay.inbound", envelope)


def _custody(survey: Survey) -> Iterator[Finding]:
    places = origins.Places()
    columns = ("item", "state", "to_office")
    rows = Custody.objects.order_by("item").values_list(*columns).iterator(AT_ONCE)
    for item, group in groupby(rows, key=lambda row: row[0]):
        survey.saw("items")
        known = list(group)
        states = [state for _item, state, _to in known]
        if states.count(CustodyState.HELD) > 1:
            yield told(WORDS, "relay.custodians", item)
        elif all(state == CustodyState.RELEASED for state in states) and not any(
            to is not None and places.node_of(to) != places.me for _item, _state, to in known
        ):
            yield told(WORDS, "relay.no-custodian", item)


def _reasons() -> Iterator[Finding]:
    stopped = (OutgoingState.QUARANTINED, OutgoingState.REFUSED, OutgoingState.UNSENDABLE)
    sent = Outgoing.objects.filter(state__in=stopped, reason="").order_by("id")
    for message, state in sent.values_list("id", "state").iterator(AT_ONCE):
        yield told(WORDS, "relay.no-reason", message, state=state)
    kept = (InboundState.QUARANTINED, InboundState.REFUSED, InboundState.WAITING)
    came = Inbound.objects.filter(state__in=kept, reason="").order_by("id")
    for message, state in came.values_list("message", "state").iterator(AT_ONCE):
        yield told(WORDS, "relay.no-reason", message, state=state)
