"""Whether letters look like scans of one paper, by the kept fingerprints of their first leaves.

A fingerprint is made when it is first asked for: where a person wrote to the agency before and
nothing else tells the letters apart. No acceptance and no list waits for one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from uuid import UUID

from pishkhan.kernel import sniff
from pishkhan.kernel.errors import PishkhanError, Unsupported
from pishkhan.letters.contracts import PageRole
from pishkhan.letters.logic import preview, reader, reader_child
from pishkhan.letters.logic.page_look import ALIKE, WIDTH, look, unlikeness
from pishkhan.letters.logic.pages import store
from pishkhan.letters.models import PageLook, PageRow

MOST_PAIRS = 40
"""Pairs of letters that one question compares, the newest first."""

MOST_PAGES = 3
"""Pages of one letter that are compared: a pile is told by its first ones."""

MADE_AT_ONCE = 6
"""Fingerprints that one question makes; the rest is made by the next ones."""

_BY_CHILD = 3
"""A PDF or TIFF is read by a process of its own and counts for so many."""


def scans_alike(office_id: UUID, pairs: Collection[tuple[UUID, UUID]]) -> set[tuple[UUID, UUID]]:
    """Return those pairs of an office's letters of which a page looks like one of the other.

    No query for no pair, else two, and one write where a fingerprint was made.
    """
    asked = list(pairs)[:MOST_PAIRS]
    pages = _pages(office_id, {letter for pair in asked for letter in pair})
    looks = _looks(digest for found in pages.values() for digest in found)
    return {
        (one, other)
        for one, other in asked
        if _alike(pages.get(one, ()), pages.get(other, ()), looks)
    }


def letters_that_look(
    office_id: UUID, letter_ids: Collection[UUID], files: Collection[str]
) -> set[UUID]:
    """Return which of an office's letters have a page that looks like one of these files."""
    asked, given = list(letter_ids)[:MOST_PAIRS], list(files)[:MOST_PAGES]
    if not asked or not given:
        return set()
    pages = _pages(office_id, set(asked))
    looks = _looks([*given, *(digest for found in pages.values() for digest in found)])
    return {letter for letter in asked if _alike(given, pages.get(letter, ()), looks)}


def _alike(ones: Collection[str], others: Collection[str], looks: dict[str, bytes]) -> bool:
    nothing = b""
    return any(
        unlikeness(looks.get(one, nothing), looks.get(other, nothing)) <= ALIKE
        for one in ones
        for other in others
    )


def _pages(office_id: UUID, letter_ids: set[UUID]) -> dict[UUID, list[str]]:
    """Return the first files of each letter itself: one card is enclosed in many letters."""
    found: dict[UUID, list[str]] = {}
    if letter_ids:
        rows = PageRow.objects.filter(
            office_id=office_id,
            letter_id__in=letter_ids,
            role=PageRole.LETTER.value,
            seq__lte=MOST_PAGES,
        ).order_by("-letter_id", "seq")
        for letter_id, digest in rows.values_list("letter_id", "digest"):
            found.setdefault(letter_id, []).append(digest)
    return found


def _looks(digests: Iterable[str]) -> dict[str, bytes]:
    wanted = list(dict.fromkeys(digests))
    if not wanted:
        return {}
    kept = PageLook.objects.filter(digest__in=wanted).values_list("digest", "look")
    looks = {digest: bytes(found) for digest, found in kept}
    made: list[PageLook] = []
    left = MADE_AT_ONCE
    for digest in wanted:
        if digest in looks or left <= 0:
            continue
        with suppress(PishkhanError):  # the file is not here, or all readers are at work
            looks[digest], cost = _make(digest)
            made.append(PageLook(digest=digest, look=looks[digest]))
            left -= cost
    if made:
        PageLook.objects.bulk_create(made, ignore_conflicts=True)
    return looks


def _make(digest: str) -> tuple[bytes, int]:
    """Return a file's fingerprint, b"" for one that cannot be drawn, and what making it cost."""
    source = store().path(digest)
    try:
        kind, here = preview.kind_of(source, 1)
    except Unsupported:
        return b"", 1
    if here:
        try:
            return look(reader_child.render_image(str(source), 1, WIDTH, rough=True)), 1
        except Exception:
            return b"", 1
    told = reader.ask("look", "pdf" if kind == sniff.PDF else "image", str(source))
    return bytes.fromhex(told.get("look", "")), _BY_CHILD
