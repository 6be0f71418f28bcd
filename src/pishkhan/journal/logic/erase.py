"""Erase fields of an entry: salt and value are destroyed, the commitment and the log stay.

In the place of the salt comes the field's hash, so that other fields can still be opened
(docs/protocol/journal-entry.md). The hash tells nothing of the value: 32 random bytes were in it.

What is true after a crash: it is one transaction with its own entry; before its commit nothing was
erased, after it all of it. Copies of the database that were made before keep what was in them
until they are destroyed by their own rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from pishkhan.journal import guard
from pishkhan.journal.commitment import SALT_SIZE, hashes_of, time_text, value_text
from pishkhan.journal.contracts import JSON
from pishkhan.journal.logic.act import Act
from pishkhan.journal.merkle import root
from pishkhan.journal.models import Entry
from pishkhan.kernel import canonical, faults
from pishkhan.kernel.errors import N_, NotFound, Unavailable

_REASON = re.compile(r"[a-z][a-z-]{0,39}", re.ASCII)


def erase(act: Act, entry_id: UUID, names: Collection[str], *, actor: str, reason: str) -> None:
    """Destroy salts and values of further fields of an entry, in an act; its entry tells of it.

    The five of the header stay. `reason` is a code of letters and hyphens. What was erased before
    is left as it is. Raises NotFound (`journal.no-entry`, `journal.no-field`), and Unavailable
    `journal.entry-changed`, permanent, for an entry that is not what it committed to.
    """
    if not _REASON.fullmatch(reason):
        raise ValueError("the reason of an erasure is a code, never words about a person")
    entry = Entry.objects.select_for_update().filter(id=entry_id).first()
    if entry is None:
        raise NotFound("journal.no-entry", N_("There is no such entry in the journal."))
    gone = frozenset(entry.erased.split())
    fields: dict[str, JSON] = canonical.loads(entry.fields.encode())
    wanted = set(names) - gone
    if not names or not wanted <= fields.keys():
        raise NotFound("journal.no-field", N_("The entry has no such field."))
    if not wanted:
        return
    with guard.erasing():
        Entry.objects.filter(id=entry_id).update(**_without(entry, fields, wanted, gone))
    faults.point("erase.destroyed")
    act.append(
        "entry.erased",
        subject=entry.subject,
        actor=actor,
        fields={"entry": str(entry_id), "erased": sorted(wanted), "reason": reason},
    )
    faults.point("erase.told")


def _without(
    entry: Entry, fields: dict[str, JSON], wanted: set[str], gone: frozenset[str]
) -> dict[str, Any]:
    """Return the columns without these fields. Raises Unavailable `journal.entry-changed`."""
    header: dict[str, JSON] = {
        "actor": entry.actor,
        "at": time_text(entry.at),
        "kind": entry.kind,
        "node": str(entry.node),
        "subject": str(entry.subject),
    }
    order, hashes = hashes_of({**fields, **header}, bytes(entry.salts), erased=gone)
    if root(hashes) != bytes(entry.commit):
        raise Unavailable(
            "journal.entry-changed",
            N_("This entry is not what was committed to; nothing is erased. Run: pishkhan fsck"),
            permanent=True,
        )
    salts = bytearray(entry.salts)
    for place, name in enumerate(order):
        if name in wanted:
            salts[place * SALT_SIZE : (place + 1) * SALT_SIZE] = hashes[place]
    left = [f'"{name}":{value_text(fields[name])}' for name in sorted(fields.keys() - wanted)]
    return {
        "fields": "{" + ",".join(left) + "}",
        "salts": bytes(salts),
        "erased": " ".join(sorted(gone | wanted)),
    }
