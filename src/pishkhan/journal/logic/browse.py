"""The log for whoever looks through it: entries newest first, each with how far its proof is.

No list here is counted, and none costs more than a page: what is narrowed down by kind or day is
looked for among so many entries at a time (no index answers it, and an append pays for none).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from pishkhan.journal.auditing import LogPage, LogRow, Overlook, Standing
from pishkhan.journal.checkpoint import Note, read_checkpoint, read_note
from pishkhan.journal.logic import trust
from pishkhan.journal.logic.log import head
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.models import Cosigned, Entry, Log
from pishkhan.journal.policy import Policy
from pishkhan.kernel import ids
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.pages import bounded, decode_cursor, encode_cursor

WINDOW = 100_000
"""Entries that one narrowed page looks through: a tenth of a second on a small machine."""
STEP = 10_000
"""So many at a time: asked for more at once, PostgreSQL reads the whole table instead."""
SLACK = 1_000
"""Acts that run beside each other get numbers in another order than times, by less than this."""

_COLUMNS = ("number", "id", "kind", "subject", "at", "actor", "index")


@dataclass(frozen=True, slots=True)
class _Stand:
    """How far one log is: its first index here, and the sizes that are published and cosigned."""

    epoch: int
    start: int
    published: int
    witnessed: int


def browse(
    *,
    kind: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    subjects: Collection[UUID] = (),
    after: str | None = None,
    limit: int = 50,
) -> LogPage:
    """Return a page of entries in the order of writing, the newest first; fifteen queries at most.

    `kind` is a whole kind or the first word of one with its dot; `since` and `until` bound the
    entries' own times, [since, until). Raises Invalid (`pages.cursor`).
    """
    limit = bounded(limit)
    found = Entry.objects.order_by("-number")
    if kind:
        found = found.filter(**{"kind__startswith" if kind.endswith(".") else "kind": kind})
    if subjects:
        found = found.filter(subject__in=list(subjects))
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    top = _before(after) if after is not None else _newest(until)
    narrowed = not subjects and bool(kind or since or until)
    rows = list(
        _narrowed(found, top, limit + 1)
        if narrowed
        else found.filter(number__lte=top).values_list(*_COLUMNS)[: limit + 1]
    )
    shown = _logged(rows[:limit])
    if len(rows) > limit:
        return LogPage(shown, encode_cursor(str(rows[limit - 1][0])))
    return _looked(shown, top - WINDOW, since) if narrowed else LogPage(shown)


def _narrowed(found: QuerySet[Entry], top: int, limit: int) -> Iterator[tuple[Any, ...]]:
    """Yield up to `limit` rows out of the window that ends at `top`."""
    low = max(top - WINDOW, 0)
    while top > low and limit:
        begin = max(top - STEP, low)
        part = found.filter(number__lte=top, number__gt=begin).values_list(*_COLUMNS)[:limit]
        rows = list(part)
        yield from rows
        limit, top = limit - len(rows), begin


def row_at(index: int) -> UUID | None:
    """Return the entry at an index of the present log, None when there is none."""
    start = Log.objects.order_by("-epoch").values_list("start", flat=True).first() or 0
    return Entry.objects.filter(index=start + index).values_list("id", flat=True).first()


def subject_of(entry_id: UUID) -> UUID | None:
    """Return what an entry is about; None when there is no such entry."""
    return Entry.objects.filter(id=entry_id).values_list("subject", flat=True).first()


def has_subject(subject: UUID) -> bool:
    """Tell whether any entry is about this."""
    return Entry.objects.filter(subject=subject).exists()


def overlook() -> Overlook:
    """Return the log at a glance. Raises NotFound `journal.no-log`."""
    now = head()
    policy = trust.readable()
    note = _newest_met(Cosigned.objects.filter(epoch=now.epoch), policy)
    times = _times(note, policy) if note is not None and policy is not None else []
    return Overlook(
        origin=now.origin,
        epoch=now.epoch,
        size=now.size,
        root=now.root,
        signed_at=now.signed_at,
        published=_published(now.epoch),
        has_policy=policy is not None,
        met_size=read_checkpoint(note.text).size if note is not None else None,
        met_at=_met_at(times, policy) if policy is not None else None,
        met_by=tuple(name for name, _at in times),
    )


def _before(cursor: str) -> int:
    try:
        return int(decode_cursor(cursor)[0]) - 1
    except (ValueError, IndexError):
        raise Invalid(
            "pages.cursor", N_("This page of the list does not exist; begin again.")
        ) from None


def _newest(until: datetime | None) -> int:
    """Return the number from which on to look back.

    Ids begin with the time, so the first one after `until` is found by their index.
    """
    if until is not None:
        later = Entry.objects.filter(id__gte=ids.uuid7(until, bytes(10))).order_by("id")
        number = later.values_list("number", flat=True).first()
        if number is not None:
            return int(number) + SLACK
    return int(Entry.objects.aggregate(newest=Max("number"))["newest"] or 0)


def _looked(rows: tuple[LogRow, ...], low: int, since: datetime | None) -> LogPage:
    """Return a narrowed page that came to the end of its window: there may be more beyond it."""
    beyond = Entry.objects.filter(number__lte=low).order_by("-number")
    oldest = beyond.values_list("number", "at").first()
    if oldest is None:
        return LogPage(rows)
    number, at = oldest
    if since is not None and at < since and not _still(low, since):
        return LogPage(rows)
    return LogPage(rows, encode_cursor(str(number + 1)), at)


def _still(low: int, since: datetime) -> bool:
    """Tell whether entries of the days asked for may lie below: by their ids, which tell times.

    If any does, one of the highest does: further below, all were written before these.
    """
    highest = Entry.objects.filter(number__lte=low, number__gt=low - SLACK)
    return highest.filter(id__gte=ids.uuid7(since, bytes(10))).exists()


def _logged(rows: Iterable[tuple[Any, ...]]) -> tuple[LogRow, ...]:
    given = list(rows)
    stands = _stands() if given else []
    made = []
    for number, entry, kind, subject, at, actor, index in given:
        stand = _stand_of(stands, index)
        place = None if index is None or stand is None else index - stand.start
        made.append(
            LogRow(
                number, entry, kind, subject, at, actor,
                0 if stand is None else stand.epoch, place, _standing(stand, place),
            )
        )  # fmt: skip
    return tuple(made)


def _stands() -> list[_Stand]:
    """Return how far each log of this node is, the newest first; two queries."""
    policy = trust.readable()
    notes: dict[int, list[str]] = {}
    if policy is not None:
        for epoch, note in Cosigned.objects.order_by("-size").values_list("epoch", "note"):
            notes.setdefault(epoch, []).append(note)
    return [
        _Stand(epoch, start, _published(epoch), _largest_met(notes.get(epoch, ()), policy))
        for epoch, start in Log.objects.order_by("-epoch").values_list("epoch", "start")
    ]


def _largest_met(notes: Iterable[str], policy: Policy | None) -> int:
    for each in notes if policy is not None else ():
        note = read_note(each.encode())
        if policy is not None and policy.is_met(policy.cosigners(note)):
            return read_checkpoint(note.text).size
    return 0


def _newest_met(rows: QuerySet[Cosigned], policy: Policy | None) -> Note | None:
    for each in rows.order_by("-size").values_list("note", flat=True) if policy else ():
        note = read_note(each.encode())
        if policy is not None and policy.is_met(policy.cosigners(note)):
            return note
    return None


def _times(note: Note, policy: Policy) -> list[tuple[str, datetime]]:
    """Return when each witness of the policy cosigned, the first one first.

    The lines were verified before they were kept (`cosigned.add`).
    """
    found: dict[str, int] = {}
    for name, witness in policy.witnesses.items():
        for line in note.lines:
            if (line.name, line.key_id) == (witness.key.name, witness.key.id):
                found[name] = int.from_bytes(line.signature[:8], "big")
    return [
        (name, datetime.fromtimestamp(seconds, UTC))
        for name, seconds in sorted(found.items(), key=lambda each: (each[1], each[0]))
    ]


def _met_at(times: list[tuple[str, datetime]], policy: Policy) -> datetime | None:
    there: set[str] = set()
    for name, at in times:
        there.add(name)
        if policy.is_met(there):
            return at
    return None


def _published(epoch: int) -> int:
    data = Store(home_of(epoch)).checkpoint()
    return read_checkpoint(read_note(data).text).size if data else 0


def _stand_of(stands: list[_Stand], index: int | None) -> _Stand | None:
    return next((each for each in stands if index is not None and each.start <= index), None)


def _standing(stand: _Stand | None, place: int | None) -> Standing:
    if stand is None or place is None or place >= stand.published:
        return Standing.WAITS
    return Standing.WITNESSED if place < stand.witnessed else Standing.LOGGED
