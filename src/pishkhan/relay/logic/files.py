"""Whether the files that an envelope names are here, and which are named. None is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from pishkhan.journal import api as journal
from pishkhan.kernel.blobs import BlobStore
from pishkhan.relay import protocol
from pishkhan.relay.contracts import InboundState
from pishkhan.relay.models import Envelope, Inbound, Line, Outgoing, PeerFile

UNDER_WAY = (
    InboundState.RECEIVED,
    InboundState.VERIFIED,
    InboundState.WAITING,
    InboundState.QUARANTINED,
)


def store() -> BlobStore:
    """Return this node's store of files."""
    return BlobStore(settings.BLOB_ROOT)


def present(origin: UUID, digests: Collection[str]) -> bool:
    """Return whether every file that a node's envelope names is here for it.

    Of another node's envelope only files count that were exchanged with that node: a digest alone
    opens nobody's file.
    """
    if not digests:
        return True
    if origin != journal.node_id():
        exchanged = PeerFile.objects.filter(node=origin, digest__in=digests)
        if exchanged.count() != len(digests):
            return False
    blobs = store()
    return all(blobs.exists(digest) for digest in digests)


def files_named(digests: Collection[str]) -> set[str]:
    """Return those of the files that a message under way names, from here or to here.

    Reads every such message: for the collector's few suspects, not for a page.
    """
    wanted, found = set(digests), set[str]()
    sent = Outgoing.objects.filter(settled_at__isnull=True).values_list("blobs", flat=True)
    for named in sent.iterator(chunk_size=500):
        found |= wanted.intersection(named)
    came = Inbound.objects.filter(state__in=UNDER_WAY).values_list("envelope__header", flat=True)
    for header in came.iterator(chunk_size=500):
        found |= wanted.intersection(protocol.read(bytes(header)).blobs)
    return found


def awaited_by(node: UUID) -> Iterator[bytes]:
    """Yield the headers of what another node has not settled or not received, if they name files.

    In the order of their sending: a bag that has no room for all files has the older letters'.
    What was settled is carried again only to a node that lost it: it lost the files, too.
    """
    unsettled = Outgoing.objects.filter(settled_at__isnull=True).exclude(envelope="")
    sent = Envelope.objects.filter(to_node=node)
    sent = sent.filter(Q(id__in=unsettled.values("envelope")) | Q(to_carry__isnull=False))
    headers = sent.order_by("seq", "stream_id").values_list("header", flat=True)
    for header in headers.iterator(chunk_size=500):
        if b'"blobs"' in bytes(header):
            yield bytes(header)


def heard(node: UUID, digests: Collection[str], state: InboundState) -> None:
    """Take note of whether another node has a message's files, by what it says of the message."""
    if state is InboundState.RECEIVED:
        there = False
    elif state in {InboundState.VERIFIED, InboundState.WAITING, InboundState.APPLIED}:
        there = True
    else:
        return
    known = PeerFile.objects.filter(node=node, digest__in=digests).update(there=there)
    if known and not there:
        Line.objects.filter(node=node).update(files_left=True)
