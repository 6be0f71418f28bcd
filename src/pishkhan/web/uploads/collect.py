"""Collects files that were sent and that nothing names: no letter, message, upload or form.

What may name a file, and who knows it: pages of a letter (letters), messages under way (relay),
uploads that may still become a page, and saved forms (here). Nothing but an upload's owner can
begin to use a file, within the upload's life; a deed that began so in its last second is over
long before what was set aside is judged again and removed (`kernel.waste`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.waste import Waste
from pishkhan.letters import api as letters
from pishkhan.relay import api as relay
from pishkhan.web.models import SavedForm, Upload
from pishkhan.web.uploads.files import named_in

SLICE = 500
"""Files looked at in one step: one question to each table, a few milliseconds."""

EVERY = timedelta(days=1)
GRACE = timedelta(hours=1)
"""How long a file lies aside: many times what the slowest deed takes."""


class Collector:
    """One walk after the other over a store, some files a step, a walk a day."""

    def __init__(self, root: Path, *, keep: timedelta) -> None:
        self._waste = Waste(BlobStore(root))
        self._keep = keep
        self._walk: Iterator[str] | None = None
        self._before = self._next = datetime.min.replace(tzinfo=UTC)
        self._suspects: list[str] = []

    def step(self) -> int:
        """Look at some files and return how many were set aside, brought back or removed."""
        now = clock.current().now()
        return self._judge(now) + self._look(now)

    def _look(self, now: datetime) -> int:
        if self._walk is None:
            if now < self._next:
                return 0
            self._before = now - self._keep
            self._walk = self._waste.old(self._before)
        looked = list(islice(self._walk, SLICE))
        used = letters.files_used(looked)
        self._suspects += [digest for digest in looked if digest not in used]
        if len(looked) < SLICE:
            self._walk, self._next = None, now + EVERY
        elif len(self._suspects) < SLICE:
            return 0  # the other questions are dearer: they are asked about many at once
        suspects, self._suspects = self._suspects, []
        return sum(
            self._waste.set_aside(digest, before=self._before, now=now)
            for digest in unused(suspects)
        )

    def _judge(self, now: datetime) -> int:
        lying = self._waste.lying(now - GRACE)[: 2 * SLICE]
        if not lying:
            return 0
        free = unused([path.name for path in lying])
        for path in lying:
            if path.name in free:
                self._waste.remove(path)
                letters.forget_previews(path.name)
            else:
                self._waste.bring_back(path)
        return len(lying)


def unused(digests: Collection[str]) -> set[str]:
    """Return those of the files that nothing names."""
    rest = set(digests)
    for named in (letters.files_used, _uploads, relay.files_named, _forms):
        if rest:
            rest -= named(rest)
    return rest


def _uploads(digests: Collection[str]) -> set[str]:
    return set(Upload.objects.filter(digest__in=digests).values_list("digest", flat=True))


def _forms(digests: Collection[str]) -> set[str]:
    found: set[str] = set()
    for data in SavedForm.objects.values_list("data", flat=True).iterator(chunk_size=200):
        found |= named_in(data)
    return found & set(digests)
