"""Pages of a letter: checked against the stored files, written, read. For both sides."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pishkhan.kernel import rows, sniff
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound
from pishkhan.kernel.text import clean_line
from pishkhan.letters.contracts import Page, PageRef, PageRole
from pishkhan.letters.models import PageRow

MOST_FILES = 200
"""Files of one letter: a pile through the feeder; more is a mistake or an attack."""

MOST_LEAVES = 3_000
"""Leaves of one letter, over all its files."""

_stores: dict[Path, BlobStore] = {}


def store() -> BlobStore:
    """Return this node's blob store."""
    root = Path(settings.BLOB_ROOT)
    found = _stores.get(root)
    if found is None:
        found = _stores[root] = BlobStore(root)
    return found


def check_pages(pages: Sequence[PageRef], *, earlier: int = 0) -> tuple[PageRef, ...]:
    """Return the pages with clean names; each names a stored file of its size and type.

    `earlier` is how many files the letter has already. Raises Invalid with field `pages`. That
    the file is the actor's own upload is for whoever took the upload to know.
    """
    if earlier + len(pages) > MOST_FILES:
        raise _wrong(Message(N_("At most %(most)s files in one letter."), {"most": MOST_FILES}))
    checked = tuple(_check(page) for page in pages)
    if sum(page.leaves for page in checked) > MOST_LEAVES:
        raise _wrong(Message(N_("At most %(most)s pages in one letter."), {"most": MOST_LEAVES}))
    return checked


def letters_with(
    office_id: UUID, letter_ids: Collection[UUID], digests: Collection[str]
) -> set[UUID]:
    """Return which of these letters of an office have one of these files. At most one query."""
    if not letter_ids or not digests:
        return set()
    found = PageRow.objects.filter(
        office_id=office_id, letter_id__in=letter_ids, digest__in=list(digests)[:MOST_FILES]
    )
    return set(found.values_list("letter_id", flat=True))


def digests_of(office_id: UUID, letter_ids: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Return the digests of the files of these letters of an office. At most one query."""
    found: dict[UUID, set[str]] = {}
    if letter_ids:
        held = PageRow.objects.filter(office_id=office_id, letter_id__in=letter_ids)
        for letter_id, digest in held.values_list("letter_id", "digest"):
            found.setdefault(letter_id, set()).add(digest)
    return {letter_id: frozenset(digests) for letter_id, digests in found.items()}


def insert_pages(
    office_id: UUID, letter_id: UUID, pages: Iterable[tuple[int, PageRef]], *, round_no: int = 0
) -> None:
    """Write one row for each (seq, page) of a letter as one office holds it."""
    rows.insert_many(
        PageRow,
        [
            {
                "office_id": office_id,
                "letter_id": letter_id,
                "seq": seq,
                "round": round_no,
                "role": page.role.value,
                "digest": page.digest,
                "media_type": page.media_type,
                "size": page.size,
                "leaves": page.leaves,
                "rotation": page.rotation,
                "name": page.name,
            }
            for seq, page in pages
        ],
    )


_COLUMNS = (
    "seq",
    "round",
    "role",
    "digest",
    "media_type",
    "size",
    "leaves",
    "rotation",
    "name",
)


def pages_of(office_id: UUID, letter_id: UUID) -> tuple[Page, ...]:
    """Return the pages of a letter as one office holds it, in order."""
    found = (
        PageRow.objects.filter(letter_id=letter_id, office_id=office_id)
        .order_by("seq")
        .values_list(*_COLUMNS)
    )
    return tuple(_page(row) for row in found)


def files_used(digests: Collection[str]) -> set[str]:
    """Return those of the files that are a page of some letter here. One query, by index."""
    found = PageRow.objects.filter(digest__in=set(digests))
    return set(found.values_list("digest", flat=True).distinct()) if digests else set()


def page_of(office_id: UUID, letter_id: UUID, seq: int) -> Page:
    """Return one page of a letter; NotFound `letters.no-page`."""
    row = (
        PageRow.objects.filter(letter_id=letter_id, office_id=office_id, seq=seq)
        .values_list(*_COLUMNS)
        .first()
    )
    if row is None:
        raise NotFound("letters.no-page")
    return _page(row)


def _page(row: tuple[int, int, str, str, str, int, int, int, str]) -> Page:
    return Page(row[0], row[1], PageRole(row[2]), *row[3:])


def _check(page: PageRef) -> PageRef:
    if page.rotation not in (0, 90, 180, 270) or not 1 <= page.leaves <= MOST_LEAVES:
        raise _wrong(Message(N_("A page is described wrongly; upload it again.")))
    try:
        with store().open(page.digest) as file:
            size = os.fstat(file.fileno()).st_size
            kind = sniff.media_type(file.read(sniff.HEAD))
    except (NotFound, Invalid):
        raise _wrong(Message(N_("A page is no longer here; upload it again."))) from None
    if size != page.size or kind is None or kind != page.media_type:
        raise _wrong(Message(N_("A page is described wrongly; upload it again.")))
    return replace(page, name=_name(page.name))


def _name(name: str) -> str:
    """Return a file's own name, without folders and controls, cut to its column."""
    if not name:
        return ""
    try:
        return clean_line(name.replace("\\", "/").rpartition("/")[2], max=100_000)[:160].strip()
    except Invalid:
        return ""


def _wrong(message: Message) -> Invalid:
    return Invalid("letters.bad-pages", fields={"pages": message})
