"""Which files nothing names, of those that lie in the store for long. Asked by `pishkhan fsck`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.findings import Finding, Survey, Words, told
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.waste import Waste
from pishkhan.web.uploads.collect import SLICE, unused

WORDS = {
    "blobs.unreferenced": Words(
        N_("No letter, message, upload or form names the file %(subject)s."),
        N_(
            "Leave it: the worker removes it after PISHKHAN_UNUSED_FILES_DAYS. If it stays, look "
            "at the worker."
        ),
    ),
}


def unreferenced(root: Path, survey: Survey, *, before: datetime) -> Iterator[Finding]:
    """Yield the files last sent before `before` that nothing names."""
    names = Waste(BlobStore(root)).old(before)
    while batch := list(islice(names, SLICE)):
        for digest in sorted(unused(batch)):
            yield told(WORDS, "blobs.unreferenced", digest)
        survey.saw("stored files", len(batch))
