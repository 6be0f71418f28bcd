"""Is every file that a letter names there, whole, and of the size that the row says?"""

from __future__ import annotations

from collections.abc import Iterator

from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.findings import Finding, Survey, told
from pishkhan.letters.logic.fsck_words import WORDS
from pishkhan.letters.logic.pages import store
from pishkhan.letters.models import PageRow


def fsck_blobs(survey: Survey) -> Iterator[Finding]:
    """Yield the files of letters that are missing, damaged or of another size.

    Each file is read once, however many letters name it. What pen notes were written on and what
    the agency signed as enclosures are pages too.
    """
    before, size, sizes = "", -1, set[int]()
    # By the index of digests alone: a sort by size too would hold all rows.
    rows = PageRow.objects.order_by("digest").values_list("digest", "size")
    for digest, told_size in rows.iterator(1_000):
        if digest != before:
            before, size, sizes = digest, -1, set()
            try:
                size, whole = store().size(digest), store().verify(digest)
            except (NotFound, Invalid):
                yield told(WORDS, "blobs.missing", digest)
            else:
                survey.saw("files")
                if not whole:
                    yield told(WORDS, "blobs.damaged", digest)
                    size = -1
        if size not in (-1, told_size) and told_size not in sizes:
            sizes.add(told_size)
            yield told(WORDS, "blobs.size", digest, bytes=size, row=told_size)
