"""Whether the files that an envelope names are here, and which are named. None is opened."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.conf import settings

from pishkhan.kernel.blobs import BlobStore
from pishkhan.relay import protocol
from pishkhan.relay.contracts import InboundState
from pishkhan.relay.models import Inbound, Outgoing

_UNDER_WAY = (
    InboundState.RECEIVED,
    InboundState.VERIFIED,
    InboundState.WAITING,
    InboundState.QUARANTINED,
)


def present(digests: Iterable[str]) -> bool:
    """Return whether every named file stands in this node's store."""
    store = BlobStore(settings.BLOB_ROOT)
    return all(store.exists(digest) for digest in digests)


def files_named(digests: Collection[str]) -> set[str]:
    """Return those of the files that a message under way names, from here or to here.

    Reads every such message: for the collector's few suspects, not for a page.
    """
    wanted, found = set(digests), set[str]()
    sent = Outgoing.objects.filter(settled_at__isnull=True).values_list("blobs", flat=True)
    for named in sent.iterator(chunk_size=500):
        found |= wanted.intersection(named)
    came = Inbound.objects.filter(state__in=_UNDER_WAY).values_list("envelope__header", flat=True)
    for header in came.iterator(chunk_size=500):
        found |= wanted.intersection(protocol.read(bytes(header)).blobs)
    return found
