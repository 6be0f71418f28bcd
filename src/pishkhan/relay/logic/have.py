"""What arrived, in numbers: said to the other node, and heard from it.

It acknowledges every envelope, receipts too, which get no receipts themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from pishkhan.relay import bundle
from pishkhan.relay.bundle import Have
from pishkhan.relay.logic import origins, voids
from pishkhan.relay.models import Contact, Envelope, Inbound, Outgoing, Stream

PEER_AHEAD = "relay.peer-ahead"


def of(node: UUID) -> tuple[Have, ...]:
    """Return what this node has of each stream that comes from another one."""
    streams = Stream.objects.filter(outgoing=False, origin=node).order_by("id")
    return tuple(_of(stream) for stream in streams[: bundle.MAX_STREAMS])


def _of(stream: Stream) -> Have:
    holes: tuple[tuple[int, int], ...] = ()
    last = stream.last
    if last > stream.contiguous:
        above = Inbound.objects.filter(stream=stream, seq__gt=stream.contiguous).order_by("seq")
        numbers = above.values_list("seq", flat=True).iterator(1_000)
        holes = bundle.holes_in(numbers, stream.contiguous)
        if len(holes) == bundle.MAX_HOLES:
            # What lies above the last hole that is told is told another time.
            last = holes[-1][1] + 1
        holes = voids.open_holes(holes, voids.of(stream))
    under = Inbound.objects.filter(stream=stream, seq=last).order_by("id")
    tip = under.values_list("envelope_id", flat=True).first() or ""
    return Have(stream.epoch, stream.destination, stream.contiguous, last, holes, tip[: bundle.TIP])


def heard(node: UUID, told: tuple[Have, ...], *, newest: bool, at: datetime) -> None:
    """Take note of what another node has. A part of `take`, in its transaction.

    What it has need not be carried any more. If its newest word says less than an earlier one, it
    lost what it had (it was restored from a backup): that is to be carried again. And if it has
    more than was ever sent, or another envelope under a number, this node is the one that lost: it
    must send nothing, for it would give numbers a second time.
    """
    me = origins.this_node()
    known = max((each.epoch for each in told if each.epoch <= me.epoch), default=0)
    Contact.objects.filter(node=node, knows__lt=known).update(knows=known)
    mine = {
        (stream.epoch, stream.destination): stream
        for stream in Stream.objects.filter(outgoing=True, origin=me.id)
    }
    for each in told:
        stream = mine.get((each.epoch, each.to))
        beyond = stream is not None and each.last > stream.last and each.epoch >= me.epoch
        if stream is None or beyond or _is_other(node, stream, each):
            if each.last and each.epoch >= me.epoch:
                Contact.objects.filter(node=node).update(notice=PEER_AHEAD)
            continue
        sent = Envelope.objects.filter(to_node=node, stream=stream)
        for first, last in _ranges(each):
            _arrived(sent.filter(seq__gte=first, seq__lte=last), at)
        if newest:
            _lost(sent.filter(seq__gt=each.upto), each)
    if newest:
        _forgotten(
            node, [mine[each.epoch, each.to] for each in told if (each.epoch, each.to) in mine]
        )


def _is_other(node: UUID, stream: Stream, told: Have) -> bool:
    """Return whether another envelope came under the last number than this node has under it.

    Then this node was restored or copied, and has given since as many numbers as it had forgotten.
    """
    if not told.tip:
        return False
    mine = Envelope.objects.filter(to_node=node, stream=stream, seq=told.last)
    known = mine.values_list("id", flat=True).first()
    return known is not None and not known.startswith(told.tip)


def _forgotten(node: UUID, told: Sequence[Stream]) -> None:
    """Carry again what arrived of streams that the other node does not know any more."""
    arrived = Envelope.objects.filter(to_node=node, stream__isnull=False, to_carry__isnull=True)
    _carry_again(arrived.exclude(stream__in=told))


def _ranges(have: Have) -> list[tuple[int, int]]:
    """Return the ranges of numbers that arrived."""
    found, begin = [(1, have.upto)], have.upto
    for first, last in have.holes:
        if first > begin + 1:
            found.append((begin + 1, first - 1))
        begin = last
    if have.last > begin:
        found.append((begin + 1, have.last))
    return found


def _arrived(sent: QuerySet[Envelope], at: datetime) -> None:
    sent.filter(to_carry__isnull=False).update(to_carry=None, carried_at=at)


def _lost(above: QuerySet[Envelope], have: Have) -> None:
    missing = Q(seq__gt=have.last)
    for first, last in have.holes:
        missing |= Q(seq__gte=first, seq__lte=last)
    _carry_again(above.filter(missing, to_carry__isnull=True))


def _carry_again(lost: QuerySet[Envelope]) -> None:
    message = Outgoing.objects.filter(envelope=OuterRef("pk")).values("id")[:1]
    lost.update(to_carry=Subquery(message), carried_at=None)
