"""Posts that nobody holds, and who is there instead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Vacancy:
    """An open post without a holder.

    `since` is when the last holder left, None when there never was one. `instead` is the post
    of its present deputy, else the nearest held post above it, and "" for neither.
    """

    post_id: UUID
    title: str
    agency_id: UUID
    agency_name: str
    since: datetime | None
    instead: str = ""
    instead_holder: str = ""
    by_deputy: bool = False
