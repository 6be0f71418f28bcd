"""A post's folders, and what lies in one. Read-only; who lost a letter finds it in none."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, Func, IntegerField, OuterRef, QuerySet, Subquery

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import Page, bounded, encode_cursor, last_id
from pishkhan.letters.access import cleared, part_of, post_of
from pishkhan.letters.contracts import ArrivalRow
from pishkhan.letters.contracts.folders import FolderView
from pishkhan.letters.logic.arrivals import ARRIVAL_COLUMNS, MOST_COUNTED, arrival_row
from pishkhan.letters.models import FolderPlace, LetterFolder

_COLUMNS = ("id", *(f"arrival__{each}" for each in ARRIVAL_COLUMNS))


def folders(actor: Actor) -> tuple[FolderView, ...]:
    """Return the folders of the actor's post by name, each counted to a bound. One query."""
    inside = _seen(actor).filter(folder_id=OuterRef(OuterRef("pk"))).order_by()
    counted = (
        FolderPlace.objects.filter(pk__in=inside.values("pk")[:MOST_COUNTED])
        .order_by()
        .annotate(n=Func(F("pk"), function="COUNT", output_field=IntegerField()))
        .values("n")
    )
    found = _own(actor).annotate(n=Subquery(counted)).values_list("id", "name", "n")
    return tuple(FolderView(id_, name, n) for id_, name, n in found)


def folders_around(actor: Actor, arrival_id: UUID) -> tuple[FolderView, ...]:
    """Return the folders of the actor's post, and which of them hold this letter. One query."""
    here = FolderPlace.objects.filter(folder_id=OuterRef("pk"), arrival_id=arrival_id)
    found = _own(actor).annotate(here=Exists(here)).values_list("id", "name", "here")
    return tuple(FolderView(id_, name, holds=holds) for id_, name, holds in found)


def folder_of(actor: Actor, folder_id: UUID) -> FolderView:
    """Return a folder of the actor's post, uncounted; NotFound `letters.unknown-folder`."""
    found = _own(actor).filter(pk=folder_id).values_list("id", "name").first()
    if found is None:
        raise NotFound("letters.unknown-folder")
    return FolderView(*found)


def folder_letters(
    actor: Actor, folder_id: UUID, *, after: str | None = None, limit: int = 25
) -> Page[ArrivalRow]:
    """Return the letters in a folder, last put in first. Two queries; raises as `folder_of`.

    A letter that was taken back from the post since, or that is above the person's clearance,
    is not among them.
    """
    folder_of(actor, folder_id)
    rows = _seen(actor).filter(folder_id=folder_id)
    if after is not None:
        rows = rows.filter(pk__lt=last_id(after))
    limit = bounded(limit)
    found = list(rows.order_by("-pk").values_list(*_COLUMNS)[: limit + 1])
    return Page(
        tuple(arrival_row(row[1:]) for row in found[:limit]),
        encode_cursor(str(found[limit - 1][0])) if len(found) > limit else None,
    )


def own_folders(actor: Actor, wanted: Iterable[UUID]) -> set[UUID]:
    """Return the ids, each of a folder of the actor's post; NotFound if one is not."""
    ids = set(wanted)
    if _own(actor).filter(pk__in=ids).count() != len(ids):
        raise NotFound("letters.unknown-folder")
    return ids


def _own(actor: Actor) -> QuerySet[LetterFolder]:
    return LetterFolder.objects.filter(post_id=post_of(actor)).order_by("name")


def _seen(actor: Actor) -> QuerySet[FolderPlace]:
    return FolderPlace.objects.filter(cleared(actor, "arrival__"), part_of(post_of(actor)))
