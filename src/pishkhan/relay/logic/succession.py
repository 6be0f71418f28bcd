"""What happens when another node goes on in a new epoch: believed, taken note of, and shown.

A node that was restored from a backup, or whose disk was copied, may give numbers a second time.
It goes on in a new epoch, with other keys; the key of the epoch before signs that. Of each stream
of the former epoch the last number that had come is fixed: what comes at or below it is taken as
ever (it may lie on an old stick), and what is above it waits for a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from pishkhan.directory import api as directory
from pishkhan.journal.api import Act, act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Succession
from pishkhan.relay.logic import origins
from pishkhan.relay.models import Contact, OwnEpoch, Peer, PeerFile, Stream
from pishkhan.sealing import api as sealing

WAITS = "relay.successor-waits"


def shown_to(node: UUID) -> tuple[Succession, ...]:
    """Return how this node came to its epoch, for another that may not know it yet."""
    knows = Contact.objects.filter(node=node).values_list("knows", flat=True).first() or 0
    return tuple(
        Succession(
            epoch=row.epoch,
            key=bytes(row.key),
            recipient=row.recipient,
            since=row.since,
            former=row.former,
            signature=bytes(row.signature),
        )
        for row in OwnEpoch.objects.filter(epoch__gt=knows).order_by("epoch")
    )[-bundle.MAX_SUCCESSIONS :]


def heirs(
    origin: UUID, epoch: int, key_id: str, told: Sequence[Succession]
) -> tuple[Succession, ...]:
    """Return those of the told successions that lead from what is known of a node to this key.

    None when they do not, or not from a key that counts. Invalid `relay.successor-waits` while
    the node is suspended: then a person decides which of its histories goes on.
    """
    try:
        node = directory.other_node(origin)
    except NotFound:
        return ()
    at = clock.current().now()
    if origins.Origins().is_over(node.id, node.key_id, at):
        return ()
    known = (node.epoch, node.key_id)
    key = node.public_key
    found = []
    for each in told:
        if each.epoch <= known[0]:
            continue
        if (each.since, each.former) != known or not _signed(each, node.id, key):
            return ()
        found.append(each)
        known, key = (each.epoch, each.key_id), each.key
    if not found or known != (epoch, key_id):
        return ()
    if Peer.objects.filter(node=node.id).exists():
        raise Invalid(WAITS)
    return tuple(found)


def _signed(each: Succession, node: UUID, key: bytes) -> bool:
    try:
        sealing.check_recipient(each.recipient)
    except Invalid:
        return False
    return sealing.verify(bundle.SUCCESSION, each.signed(node), each.signature, key)


def adopt(node: UUID, found: Sequence[Succession]) -> None:
    """Let another node go on as these successions say. NotFound, Refused of `succeed_node`.

    Its word of what it has begins anew: what it lost is carried again, files too.
    """
    with act() as a:
        for each in found:
            directory.succeed_node(
                a, node, epoch=each.epoch, public_key=each.key, recipient=each.recipient
            )
        begin_anew(node, found[-1].epoch)


def take_successor(a: Act, node: UUID, *, epoch: int, key: bytes, recipient: str) -> None:
    """Let another node go on as a person ruled, also while it is suspended: that is lifted.

    Raises what `directory.succeed_node` does.
    """
    directory.succeed_node(a, node, epoch=epoch, public_key=key, recipient=recipient)
    Peer.objects.filter(node=node).delete()
    begin_anew(node, epoch)


def begin_anew(node: UUID, epoch: int) -> None:
    """Fix the streams of a node's former epochs and hear it anew; part of the act that says so."""
    former = Stream.objects.filter(outgoing=False, origin=node, epoch__lt=epoch, fixed=None)
    former.update(fixed=F("last"))
    Contact.objects.filter(node=node).update(heard=0, notice="")
    PeerFile.objects.filter(node=node).update(there=False)
