"""Reading the tables of the norm, and how a deed changes one.

A table is a dated setting, `terms.<table>`: the whole table as it stands from a moment on. What
was written before keeps the name that held then, for a name is looked up with its day.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.contracts.terms import DEFAULTS, Table, Term, Terms, Version
from pishkhan.directory.models import Holding, Setting
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared

_PREFIX = "terms."
LONGEST = 60

Rows = tuple[Term, ...]
Changed = tuple[Rows, dict[str, str | int]]
"""The table after a change, and what its entry says."""


def terms() -> Terms:
    """Return all tables with their past. One query."""
    versions: dict[Table, list[Version]] = {}
    for key, from_at, value in _ALL.rows():
        table = Table(key.removeprefix(_PREFIX))
        versions.setdefault(table, []).append(Version(from_at, _rows(value)))
    return Terms({table: tuple(found) for table, found in versions.items()})


_ALL = Prepared(
    lambda: (
        Setting.objects.filter(key__in=[f"{_PREFIX}{each.value}" for each in Table])
        .order_by("from_at", "id")
        .values_list("key", "from_at", "value")
    )
)


def _rows(value: Any) -> Rows:
    return tuple(Term(**each) for each in value)


def change(actor: Actor, table: Table, kind: str, what: Callable[[Rows], Changed]) -> None:
    """Let a table stand as `what` makes it, from now on. Needs ADMIN.

    Two administrators who change at once follow each other: neither loses what the other did.
    """
    actor.require(Right.ADMIN)
    key = f"{_PREFIX}{table.value}"
    with journal.act() as act:
        # The first administrator's row is there whenever anybody may come here.
        list(
            Holding.objects.select_for_update()
            .filter(kind=SeatKind.ADMIN.value)
            .order_by("id")
            .values_list("id")[:1]
        )
        last = Setting.objects.filter(key=key).order_by("-from_at", "-id").first()
        rows, fields = what(DEFAULTS[table] if last is None else _rows(last.value))
        since = act.at if last is None else max(act.at, last.from_at)
        Setting.objects.update_or_create(
            key=key, from_at=since, defaults={"value": [_kept(each) for each in rows]}
        )
        act.append(kind, subject=new_id(), actor=actor.ref, fields={"table": table.value, **fields})


def _kept(term: Term) -> dict[str, object]:
    return {"code": term.code, "fa": term.fa, "en": term.en, "retired": term.retired}


def place_of(rows: Rows, code: str) -> int:
    """Return where the term stands; NotFound `directory.no-term`."""
    for n, each in enumerate(rows):
        if each.code == code:
            return n
    raise NotFound("directory.no-term")
