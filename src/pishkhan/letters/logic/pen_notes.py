"""The notes by pen on a letter, for whoever may see the letter."""

from __future__ import annotations

from pishkhan.letters.contracts.pen import PenNoteView
from pishkhan.letters.models import Arrival, PenNote


def pen_notes(arrival: Arrival) -> tuple[PenNoteView, ...]:
    """Return the notes on a letter that came through `access`, oldest first. One query."""
    found = PenNote.objects.filter(arrival=arrival).order_by("id")
    return tuple(
        PenNoteView(
            id=row.id,
            seq=row.seq,
            leaf=row.leaf,
            page_digest=row.page_digest,
            strokes=tuple(tuple(tuple(point) for point in stroke) for stroke in row.strokes),
            by_title=row.by_title,
            at=row.at,
        )
        for row in found
    )
