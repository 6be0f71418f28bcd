"""The cosignatures that this node's log has: kept when they are verified, and never taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from pishkhan.journal import guard
from pishkhan.journal.checkpoint import Line, read_checkpoint, read_note
from pishkhan.journal.logic import trust
from pishkhan.journal.models import Cosigned
from pishkhan.kernel import clock

MOST_CARRIED = 32
"""Checkpoints whose requests are on their way in files, the newest; answers to others come late."""
MOST_ASKED = 8


def offer(epoch: int, note: bytes, *, carried: bool = False) -> Cosigned:
    """Return the row of a published checkpoint for which witnesses are asked; make it if new."""
    size = read_checkpoint(read_note(note).text).size
    with transaction.atomic(durable=True), guard.witnessing():
        new = Cosigned(epoch=epoch, size=size, note=note.decode(), at=clock.current().now())
        Cosigned.objects.bulk_create([new], ignore_conflicts=True)
        found = Cosigned.objects.filter(epoch=epoch, size=size)
        if carried:
            found.update(carried=True)
        row = found.get()
        _prune(epoch)
    return row


def add(epoch: int, size: int, lines: Iterable[Line]) -> None:
    """Keep verified cosignatures of a checkpoint that was offered; in a transaction."""
    found = Cosigned.objects.select_for_update().filter(epoch=epoch, size=size).first()
    if found is not None:
        note = read_note(found.note.encode()).with_lines(lines)
        Cosigned.objects.filter(pk=found.pk).update(note=str(note))
        _prune(epoch)


def witnessed(epoch: int, *, beyond: int = 0) -> bytes:
    """Return the newest checkpoint of more than `beyond` leaves that has the quorum; b"" if none.

    Which witnesses are the quorum is asked of the policy of this moment.
    """
    row = newest_met(epoch, beyond)
    return row.note.encode() if row is not None else b""


def of_size(epoch: int, size: int) -> bytes:
    """Return the checkpoint of this size with its cosignatures; b"" when none was offered."""
    found = Cosigned.objects.filter(epoch=epoch, size=size).values_list("note", flat=True).first()
    return (found or "").encode()


def newest_met(epoch: int, beyond: int) -> Cosigned | None:
    """Return the row of `witnessed`; None if there is none."""
    policy = trust.readable()
    if policy is None:
        return None
    for row in Cosigned.objects.filter(epoch=epoch, size__gt=beyond).order_by("-size"):
        if policy.is_met(policy.cosigners(read_note(row.note.encode()))):
            return row
    return None


def _prune(epoch: int) -> None:
    """Keep anchors, the newest that has the quorum, what is newer, what is on its way in a file."""
    met = newest_met(epoch, 0)
    least = met.size if met is not None else 0
    rows = Cosigned.objects.filter(epoch=epoch).order_by("-size")
    asked = rows.filter(carried=False, size__gte=least).values_list("size", flat=True)
    carried = rows.filter(carried=True).values_list("size", flat=True)
    wanted = [least, *asked[:MOST_ASKED], *carried[:MOST_CARRIED]]
    rows.order_by().filter(entry__isnull=True).exclude(size__in=wanted).delete()
