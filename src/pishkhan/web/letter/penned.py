"""Notes by pen on the pages of a letter, as the viewer draws them."""

from __future__ import annotations

from typing import Any

from pishkhan.letters.contracts import ArrivalView


def notes(view: ArrivalView) -> dict[str, Any]:
    """Return who wrote when on which page, and the strokes by page as the viewer takes them."""
    digests = {page.seq: page.digest for page in view.pages}
    first, shown = {}, 1
    for page in view.pages:
        first[page.seq] = shown
        shown += page.leaves
    drawn: dict[str, list[Any]] = {}
    listed = []
    for note in view.pen_notes:
        if digests.get(note.seq) != note.page_digest:
            continue  # another file lies there since
        drawn.setdefault(f"{note.seq}-{note.leaf}", []).extend(note.strokes)
        listed.append({"by": note.by_title, "at": note.at, "n": first[note.seq] + note.leaf - 1})
    return {"pen_drawn": drawn, "pen_notes": listed, "may_write": "write_on_page" in view.deeds}
