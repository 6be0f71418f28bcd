"""Append entries: compose, commit to every field, insert the rows of an act together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.journal.commitment import HEADER, SALT_SIZE, VERSION, compose, time_text
from pishkhan.journal.contracts import JSON, NewEntry
from pishkhan.journal.frames import Ledger, Row
from pishkhan.journal.models import Entry
from pishkhan.journal.node_id import node_id
from pishkhan.kernel import ids, rows

_KIND = re.compile(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*", re.ASCII)
_ACTOR = re.compile(r"[a-z]+(?::[0-9a-zA-Z@._:-]+)?", re.ASCII)
_known_kinds: set[str] = set()


def append(
    ledger: Ledger, kind: str, *, subject: UUID, actor: str, fields: Mapping[str, JSON]
) -> UUID:
    """Append one entry to the act and return its id; see `Act.append`."""
    entry = ids.new_id()
    ledger.rows.append(
        _row(
            entry, kind, subject=subject, actor=actor, fields=fields, at=(ledger.at, ledger.at_text)
        )
    )
    return entry


def append_many(ledger: Ledger, entries: Sequence[NewEntry]) -> None:
    """Append many entries, full commitments included; see `api.append_many`."""
    ledger.rows.extend(_rows(ledger, entries))
    ledger.settle()  # they are many: no load holds all of them


def insert(waiting: Sequence[Row], last: bool) -> None:
    """Write the entries that wait in an act's ledger to the table.

    An act that only appends, as one that tells of a look-up, is one statement: it needs no BEGIN
    and COMMIT around it, and spares the engine those two journeys.
    """
    if last and len(waiting) == 1:
        with rows.alone():
            rows.insert(Entry, waiting[0])
    else:
        rows.insert_many(Entry, waiting)


def _rows(ledger: Ledger, entries: Sequence[NewEntry]) -> Iterator[dict[str, Any]]:
    for new in entries:
        if new.at is None:
            at = (ledger.at, ledger.at_text)
        elif new.at > ledger.at:
            raise ValueError("an entry later than its act")
        else:
            at = (new.at, time_text(new.at))
        yield _row(
            new.id or ids.new_id(),
            new.kind,
            subject=new.subject,
            actor=new.actor,
            fields=new.fields,
            at=at,
        )


def _row(
    entry: UUID,
    kind: str,
    *,
    subject: UUID,
    actor: str,
    fields: Mapping[str, JSON],
    at: tuple[datetime, str],
) -> dict[str, Any]:
    _check(kind, actor)
    node = node_id()
    composed = compose(
        {"actor": actor, "at": at[1], "kind": kind, "node": str(node), "subject": str(subject)},
        fields,
        ids.random_bytes(SALT_SIZE * (len(HEADER) + len(fields))),
    )
    return {
        "id": entry,
        "version": VERSION,
        "node": node,
        "kind": kind,
        "subject": subject,
        "at": at[0],
        "actor": actor,
        "fields": composed.fields,
        "salts": composed.salts,
        "commit": composed.commit,
        "erased": "",
        "index": None,
    }


def _check(kind: str, actor: str) -> None:
    if kind not in _known_kinds:
        if len(kind) > 64 or not _KIND.fullmatch(kind):
            raise ValueError("the kind of an entry is <noun>.<past participle>")
        _known_kinds.add(kind)
    if len(actor) > 160 or not _ACTOR.fullmatch(actor):
        raise ValueError("the actor of an entry is an Actor.ref")
