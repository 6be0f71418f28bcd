"""Read entries and open their fields."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.journal.commitment import make_opening, time_text
from pishkhan.journal.contracts import JSON, EntryView, Opening
from pishkhan.journal.models import Entry
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, NotFound, Refused

COLUMNS = (
    "number",
    "id",
    "node",
    "kind",
    "subject",
    "at",
    "actor",
    "fields",
    "erased",
    "commit",
    "index",
)


def entries(*, after: int | None, limit: int) -> list[EntryView]:
    """Return entries by `number`, from the one after `after`."""
    found = Entry.objects.order_by("number")
    if after is not None:
        found = found.filter(number__gt=after)
    return [view(row) for row in found.values_list(*COLUMNS)[:limit]]


def entries_of(subject: UUID) -> list[EntryView]:
    """Return every entry about a subject in the order of writing."""
    found = Entry.objects.filter(subject=subject).order_by("number")
    return [view(row) for row in found.values_list(*COLUMNS)]


def kinds_by(actor: str, since: datetime | None = None) -> frozenset[str]:
    """Return the kinds of an actor's entries, all of them or those from a moment on."""
    found = Entry.objects.filter(actor=actor)
    if since is not None:
        found = found.filter(at__gte=since)
    return frozenset(found.values_list("kind", flat=True).distinct())


def opening(entry_id: UUID, fields: Iterable[str]) -> Opening:
    """Return what opens some fields of an entry; see `api.opening`."""
    show = frozenset(fields)
    entry = Entry.objects.filter(id=entry_id).first()
    if entry is None:
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    erased = frozenset(entry.erased.split())
    if show & erased:
        raise Refused("journal.erased", N_("This part of the record was erased by rule."))
    values: dict[str, JSON] = {
        **canonical.loads(entry.fields.encode()),
        "node": str(entry.node),
        "kind": entry.kind,
        "subject": str(entry.subject),
        "at": time_text(entry.at),
        "actor": entry.actor,
    }
    if not show or not show <= values.keys():
        raise NotFound("journal.no-field", N_("The entry has no such field."))
    return make_opening(values, bytes(entry.salts), erased=erased, show=show)


def view(row: tuple[Any, ...]) -> EntryView:
    """Return an entry of `COLUMNS`; Invalid (`canonical.malformed`) when its fields are damaged."""
    number, entry, node, kind, subject, at, actor, fields, erased, commit, index = row
    return EntryView(
        number=number,
        id=entry,
        node=node,
        kind=kind,
        subject=subject,
        at=at,
        actor=actor,
        fields=canonical.loads(fields.encode()),
        erased=tuple(erased.split()),
        commit=bytes(commit),
        index=index,
    )
