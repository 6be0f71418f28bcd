"""The shape of a note by pen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PenNoteView:
    """A note by pen on leaf `leaf` of page `seq`; `strokes` as letters/pen.py describes them.

    `page_digest` names the file it was written on: it is drawn over no other.
    """

    id: UUID
    seq: int
    leaf: int
    page_digest: str
    strokes: tuple[tuple[tuple[int, ...], ...], ...]
    by_title: str
    at: datetime
