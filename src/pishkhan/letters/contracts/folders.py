"""The shape of a post's folder."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class FolderView:
    """A folder; `count` stops at the bound of all counts; `holds`: the letter asked about."""

    id: UUID
    name: str
    count: int = 0
    holds: bool = False
