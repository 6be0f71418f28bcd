"""Whether the files that an envelope names are here. The relay never opens one."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from pishkhan.kernel.blobs import BlobStore


def present(digests: Iterable[str]) -> bool:
    """Return whether every named file stands in this node's store."""
    store = BlobStore(settings.BLOB_ROOT)
    return all(store.exists(digest) for digest in digests)
