"""Shapes of what belongs to a post: stand-ins, folders, notes by pen, its hand-overs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.web.api.shapes.common import Given, Told

Kind = Annotated[str, Field(min_length=1, max_length=40)]


class StandInGiven(Given):
    """Who stands in for a post: the seat's own, or one under it. Moments are UTC."""

    kind: StandInKind
    for_post_id: UUID
    by_post_id: UUID
    from_at: AwareDatetime | None = None
    until_at: AwareDatetime | None = None
    scope: StandInScope = StandInScope.ALL
    kinds: list[Kind] = Field([])
    """Of letters: `citizen:complaint`, `way:internal`, `kind:` and a code of the norm's table."""
    approves: bool = False
    basis: Annotated[str, Field(max_length=200)] = ""


class StandInMade(Told):
    id: UUID


class StandIn(Told):
    id: UUID
    kind: StandInKind
    scope: StandInScope
    for_post_id: UUID
    for_title: str
    by_post_id: UUID
    by_title: str
    from_at: datetime
    until_at: datetime | None
    basis: str
    approves: bool
    kinds: list[str]


class FolderGiven(Given):
    name: Annotated[str, Field(min_length=1, max_length=80)]


class FolderMade(Told):
    id: UUID


class Folder(Told):
    """`count` ends at a hundred: so many or more."""

    id: UUID
    name: str
    count: int


class FiledGiven(Given):
    """All folders in which the letter shall lie."""

    folders: list[UUID]


class PenNoteGiven(Given):
    """`digest` names the file that was under the pen.

    `strokes` are lists of points `[x, y]` or `[x, y, pressure]`: at most 300 strokes and 2,500
    points.
    """

    seq: Annotated[int, Field(ge=1, le=10_000)]
    leaf: Annotated[int, Field(ge=1, le=10_000)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    strokes: list[list[list[int]]]


class PenNoteMade(Told):
    id: UUID


class PenNote(Told):
    id: UUID
    seq: int
    leaf: int
    page_digest: str
    strokes: list[list[list[int]]]
    by_title: str
    at: datetime
