"""Entries read in masses: of many subjects, or of some kinds. For checks of the whole node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from uuid import UUID

from pishkhan.journal.contracts import EntryView
from pishkhan.journal.logic.read import COLUMNS, view
from pishkhan.journal.models import Entry
from pishkhan.kernel.errors import Invalid


def entries_about(subjects: Collection[UUID]) -> dict[UUID, list[EntryView]]:
    """Return the entries about each subject, oldest first; one query, by index."""
    found: dict[UUID, list[EntryView]] = defaultdict(list)
    rows = Entry.objects.filter(subject__in=list(subjects)).order_by("number")
    for row in rows.values_list(*COLUMNS):
        try:
            entry = view(row)
        except Invalid:
            continue  # `fsck_entries` tells of it
        found[entry.subject].append(entry)
    return found


def entries_of_kinds(kinds: Collection[str], *, at_once: int = 500) -> Iterator[list[EntryView]]:
    """Yield every entry of some kinds in lists, by number; it reads the whole journal once."""
    rows = Entry.objects.filter(kind__in=list(kinds)).order_by("number").values_list(*COLUMNS)
    batch: list[EntryView] = []
    for row in rows.iterator(chunk_size=at_once):
        try:
            batch.append(view(row))
        except Invalid:
            continue
        if len(batch) == at_once:
            yield batch
            batch = []
    if batch:
        yield batch
