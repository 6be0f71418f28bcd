"""Offices that are being written down: kept for the administrator who writes them, 30 days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.web.models import SavedForm

FORM = "new-office"
AGENCY, COUNTER = "agency", "counter"
LONGEST = 400_000
"""Characters of one field: a picture at its largest."""
MOST = 20
"""Offices that one administrator writes down at once; the oldest makes room."""

Data = dict[str, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """One office in writing; `made` is the office's id once it stands."""

    slot: UUID
    data: Data
    at: datetime

    @property
    def kind(self) -> str:
        return self.data.get("what", AGENCY)

    @property
    def made(self) -> str:
        return self.data.get("made", "")


def begin(actor: Actor, kind: str, data: Data) -> UUID:
    """Begin a new office and return its slot."""
    slot = new_id()
    keep(actor, slot, {**data, "what": kind})
    mine = SavedForm.objects.filter(owner=actor.ref, form=FORM).order_by("-saved_at", "-id")
    SavedForm.objects.filter(pk__in=list(mine.values_list("pk", flat=True)[MOST:])).delete()
    return slot


def keep(actor: Actor, slot: UUID, data: Mapping[str, str]) -> None:
    """Keep what is written; the newest wins."""
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=FORM,
        slot=str(slot),
        defaults={
            "data": {name: text[:LONGEST].replace("\0", "") for name, text in data.items()},
            "saved_at": clock.current().now(),
        },
    )


def find(actor: Actor, slot: UUID) -> Draft:
    """Return one's own office in writing; NotFound."""
    row = SavedForm.objects.filter(owner=actor.ref, form=FORM, slot=str(slot)).first()
    if row is None:
        raise NotFound("web.not-found")
    return Draft(slot, row.data, row.saved_at)


def unfinished(actor: Actor) -> list[Draft]:
    """Return one's own offices that are not made yet, the newest first."""
    rows = SavedForm.objects.filter(owner=actor.ref, form=FORM).order_by("-saved_at", "-id")[:MOST]
    found = [Draft(UUID(row.slot), row.data, row.saved_at) for row in rows]
    return [draft for draft in found if not draft.made]


def drop(actor: Actor, slot: UUID) -> None:
    """Give up an office that is being written down."""
    SavedForm.objects.filter(owner=actor.ref, form=FORM, slot=str(slot)).delete()
