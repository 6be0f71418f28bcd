"""Numbers of a former epoch that will never be sent: their origin says so, and the holes close.

A restored node has forgotten what it sent after the backup, and packs under new numbers what the
others never got. When another node tells it of holes in such an epoch, it answers with
`relay.void`. A message that an old stick still brings under such a number is taken as ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import merge
from typing import Any
from uuid import UUID

from pishkhan.journal.api import Act, act
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Have
from pishkhan.relay.contracts import Delivery
from pishkhan.relay.logic import claims, origins
from pishkhan.relay.logic.send import send
from pishkhan.relay.models import Inbound, Stream, Void

KIND, VERSION = "relay.void", 1
Range = tuple[int, int]


def reached(contiguous: int, numbers: Iterable[int], voided: Sequence[Range]) -> int:
    """Return up to where nothing is missing: what came, in rising numbers, and what is void."""
    for first, last in merge(((each, each) for each in numbers), voided):
        if first > contiguous + 1:
            break
        contiguous = max(contiguous, last)
    return contiguous


def open_holes(holes: Sequence[Range], voided: Sequence[Range]) -> tuple[Range, ...]:
    """Return what is left of the holes, both ends included, beside what is void."""
    found = []
    for first, last in holes:
        at = first
        for begin, end in voided:
            if end < at or begin > last:
                continue
            if begin > at:
                found.append((at, begin - 1))
            at = end + 1
        if at <= last:
            found.append((at, last))
    return tuple(found)


def of(stream: Stream) -> list[Range]:
    """Return what its origin called void above the mark of a stream, rising."""
    rows = Void.objects.filter(stream=stream, last__gt=stream.contiguous).order_by("first")
    return list(rows.values_list("first", "last"))


def say(node: UUID, told: Sequence[Have]) -> None:
    """Tell a node that what it misses of this node's former epochs will not come. Once each."""
    me = origins.this_node()
    for each in told:
        if each.epoch >= me.epoch or not each.holes:
            continue
        with act() as a:
            streams = Stream.objects.filter(
                outgoing=True, origin=me.id, epoch=each.epoch, destination=each.to
            )
            stream = claims.waiting_for(streams).first()
            if stream is None or (stream.fixed or 0) >= each.last:
                continue
            stream.fixed = each.last
            stream.save(update_fields=["fixed"])
            payload: dict[str, Any] = {
                "epoch": each.epoch,
                "ranges": [list(hole) for hole in each.holes],
                "to": str(each.to),
            }
            message = send(
                a,
                from_office=me.id,
                to_office=node,
                kind=KIND,
                version=VERSION,
                payload=payload,
                subject=me.id,
            )
            a.append(
                "void.sent",
                subject=message,
                actor="system",
                fields={"of_epoch": each.epoch, "office": str(each.to), "count": _size(each.holes)},
            )


def take_in(delivery: Delivery, a: Act) -> None:
    """Close holes in a stream of the sender's. Invalid (`relay.void-shape`) if it is no void."""
    epoch, to, ranges = _read(delivery.payload)
    streams = Stream.objects.filter(
        outgoing=False, origin=delivery.origin, epoch=epoch, destination=to
    )
    stream = claims.waiting_for(streams).first()
    if stream is None:
        return
    within = [(first, min(last, stream.last)) for first, last in ranges if first <= stream.last]
    known = dict(Void.objects.filter(stream=stream).values_list("first", "last"))
    fresh = [each for each in within if known.get(each[0], 0) < each[1]]
    for first, last in fresh:
        Void.objects.update_or_create(stream=stream, first=first, defaults={"last": last})
    numbers = Inbound.objects.filter(stream=stream, seq__gt=stream.contiguous).order_by("seq")
    came = numbers.values_list("seq", flat=True).iterator(1_000)
    stream.contiguous = reached(stream.contiguous, came, of(stream))
    stream.save(update_fields=["contiguous"])
    a.append(
        "void.taken",
        subject=delivery.origin,
        actor="system",
        fields={"of_epoch": epoch, "office": str(to), "count": _size(fresh)},
    )


def _size(ranges: Iterable[Range]) -> int:
    return sum(last - first + 1 for first, last in ranges)


def _read(payload: dict[str, Any]) -> tuple[int, UUID, list[Range]]:
    try:
        if payload.keys() != {"epoch", "ranges", "to"}:
            raise ValueError
        ranges = payload["ranges"]
        if not isinstance(ranges, list) or len(ranges) > bundle.MAX_HOLES:
            raise ValueError
        found, least = [], 1
        for first, last in ranges:
            if not (type(first) is type(last) is int and least <= first <= last < 2**53):
                raise ValueError
            found.append((first, last))
            least = last + 1
        if type(payload["epoch"]) is not int or not 1 <= payload["epoch"] < 2**31:
            raise ValueError
        return payload["epoch"], UUID(payload["to"]), found
    except (ValueError, TypeError, AttributeError):
        raise Invalid(
            "relay.void-shape", N_("The word of numbers that are void cannot be read.")
        ) from None
