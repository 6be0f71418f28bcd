from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from uuid import UUID

from pishkhan.directory.contracts import Actor, DivisionLevel, Right
from pishkhan.directory.contracts.imports import ImportReport
from pishkhan.directory.logic.dehyari_rows import rename_villages
from pishkhan.directory.logic.division_file import WIDTHS, DivisionFile, read_divisions
from pishkhan.directory.models import Division
from pishkhan.directory.rules import norm
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.ids import new_id

BATCH = 5000
"""Units in one journal entry: some thirty entries for the whole country."""

PARTS = 1000
"""`progress` counts in thousandths: the first half is reading, the second writing."""

Known = dict[str, tuple[UUID, str, str, UUID | None]]
Unit = tuple[str, DivisionLevel, str, str]


def import_divisions(
    actor: Actor,
    path: Path,
    progress: Callable[[int, int], None] | None = None,
    *,
    keep_good: bool = False,
) -> ImportReport:
    """Bring the divisions in a Statistical Centre's file into the directory and report.

    The whole file is read first; when a line is bad nothing is written and the report says
    which and why, unless `keep_good` takes the others. All is written in one act, with an entry
    for each batch. Units that are known by their code are renamed or moved, none is removed.
    `progress(done, total)` may raise to cancel: then nothing is written. Needs ADMIN. Raises
    Invalid `directory.division-file` when it is no such file.
    """
    actor.require(Right.ADMIN)
    tell = progress or (lambda _done, _total: None)
    found = read_divisions(path, lambda share: tell(int(share * PARTS / 2), PARTS))
    if found.bad_lines and not keep_good:
        return _report(found, added=0, updated=0, done=False)
    with journal.act():
        added, updated = _write(actor, found, tell)
    tell(PARTS, PARTS)
    return _report(found, added=added, updated=updated, done=True)


def _write(actor: Actor, found: DivisionFile, tell: Callable[[int, int], None]) -> tuple[int, int]:
    known: Known = {
        code: (id_, level, name, parent)
        for code, id_, level, name, parent in Division.objects.values_list(
            "code", "id", "level", "name", "parent_id"
        ).iterator()
    }
    ids = {code: entry[0] for code, entry in known.items()}
    depth = {level: at for at, level in enumerate(WIDTHS)}
    units = sorted(
        ((code, *unit) for code, unit in found.units.items()), key=lambda u: (depth[u[1]], u[0])
    )
    fresh = [unit for unit in units if unit[0] not in known]
    stale = [unit for unit in units if unit[0] in known and _differs(unit, known, ids)]
    ids.update((unit[0], new_id()) for unit in fresh)
    total = max(1, len(fresh) + len(stale))
    subject = new_id()
    done = 0
    for deed, share in ((_insert, fresh), (_update, stale)):
        for batch in _batches(share):
            with journal.act() as act:
                deed(batch, ids)
                act.append(
                    "divisions.imported",
                    subject=subject,
                    actor=actor.ref,
                    fields=_fields(batch, change="added" if deed is _insert else "updated"),
                )
            done += len(batch)
            tell(PARTS // 2 + done * PARTS // 2 // total, PARTS)
    return len(fresh), len(stale)


def _differs(unit: Unit, known: Known, ids: dict[str, UUID]) -> bool:
    code, level, name, parent = unit
    _, old_level, old_name, old_parent = known[code]
    return (old_level, old_name, old_parent) != (level.value, name, ids.get(parent))


def _insert(batch: list[Unit], ids: dict[str, UUID]) -> None:
    rows.insert_many(
        Division,
        (
            {
                "id": ids[code],
                "code": code,
                "level": level.value,
                "name": name,
                "name_en": "",
                "norm": norm(name, 130),
                "parent_id": ids.get(parent),
            }
            for code, level, name, parent in batch
        ),
    )


def _update(batch: list[Unit], ids: dict[str, UUID]) -> None:
    Division.objects.bulk_update(
        [
            Division(
                id=ids[code],
                level=level.value,
                name=name,
                norm=norm(name, 130),
                parent_id=ids.get(parent),
            )
            for code, level, name, parent in batch
        ],
        ["level", "name", "norm", "parent"],
        batch_size=500,
    )
    rename_villages([ids[code] for code, level, _, _ in batch if level is DivisionLevel.VILLAGE])


def _batches(units: list[Unit]) -> Iterator[list[Unit]]:
    rest = iter(units)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _fields(batch: list[Unit], *, change: str) -> dict[str, journal.JSON]:
    """Return what the entry says of a batch; the digest is over its "code TAB name" lines."""
    text = "".join(f"{code}\t{name}\n" for code, _, name, _ in batch)
    return {
        "change": change,
        "count": len(batch),
        "digest": hashlib.sha256(text.encode()).hexdigest(),
        "first": batch[0][0],
        "last": batch[-1][0],
    }


def _report(found: DivisionFile, *, added: int, updated: int, done: bool) -> ImportReport:
    return ImportReport(
        lines=found.lines,
        added=added,
        updated=updated,
        unchanged=len(found.units) - added - updated if done else 0,
        duplicates=found.duplicates,
        bad_lines=found.bad_lines,
        bad=tuple(found.bad),
        done=done,
    )
