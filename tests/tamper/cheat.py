"""What the cheater can do: he owns the machine, the database, the disk and the node's keys.

He is not bound by the guard or by the engines' triggers (the fixture `node` takes both away), and
he runs the node's own code over rows that he changed: the log's signature is always a true one.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connections

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import Checkpoint, KeyKind, NoteKey, sign_checkpoint
from pishkhan.journal.commitment import HEADER, compose, time_text
from pishkhan.journal.models import Cosigned, Entry, Log
from pishkhan.journal.slip import FIELD
from pishkhan.kernel import canonical
from pishkhan.node import wiring
from tests import emptying

KEY = wiring.LogKey()
EMPTY = sha256(b"").digest()
Rows = dict[str, tuple[Sequence[str], list[tuple[Any, ...]]]]


def row(entry: UUID) -> Any:
    """Return the one row of an entry as a query set."""
    return Entry.objects.filter(id=entry)


def rewrite(entry: UUID, *, at: datetime | None = None, **slip: Any) -> None:
    """Change time or slip (what the paper shows) of an entry and commit to it anew.

    Its salts stay, so the row agrees with itself.
    """
    found = row(entry).get()
    moment = at or found.at
    values = canonical.loads(found.fields.encode())
    if slip:
        values[FIELD] |= slip
    header = {
        "actor": found.actor,
        "at": time_text(moment),
        "kind": found.kind,
        "node": str(found.node),
        "subject": str(found.subject),
    }
    assert header.keys() == set(HEADER)
    made = compose(header, values, bytes(found.salts))
    row(entry).update(at=moment, fields=made.fields, commit=made.commit)


def swap(first: UUID, second: UUID, column: str) -> None:
    """Let two entries change places: by `index` in the log, by `number` in the order of writing."""
    one, two = (row(each).values_list(column, flat=True).get() for each in (first, second))
    aside = 10**6
    row(first).update(**{column: aside})
    row(second).update(**{column: one})
    row(first).update(**{column: two})


def sign_anew() -> None:
    """Run the log again over the rows as they are now: places, tiles, checkpoint, true signature.

    No witness is asked: none would cosign it.
    """
    log = Log.objects.latest("epoch")
    Entry.objects.filter(index__gte=log.start).update(index=None)
    Log.objects.filter(epoch=log.epoch).update(size=0, root=EMPTY, edge=b"", note="")
    Cosigned.objects.filter(epoch=log.epoch).delete()
    shutil.rmtree(settings.HOME / "log" / str(log.epoch))
    while journal.step(KEY):
        pass


def signed(size: int, root: bytes, key: Any = None, origin: str = "") -> str:
    """Return a checkpoint of this log as any key may sign it; the log's own by default."""
    head = journal.head()
    key = key or KEY.of(head.epoch)
    name = NoteKey(origin or head.origin, KeyKind.LOG, key.public)
    return str(sign_checkpoint(Checkpoint(name.name, size, root), name, key.sign))


def flip(path: Path, place: int = 0) -> None:
    """Change one bit of a file."""
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def all_rows() -> Rows:
    """Return the whole database: for each table its columns and rows."""
    connection = connections["default"]
    found: Rows = {}
    with connection.cursor() as cursor:
        for table in emptying.tables(connection):
            cursor.execute(f"SELECT * FROM {table}")
            columns = [connection.ops.quote_name(each[0]) for each in cursor.description]
            found[table] = (columns, cursor.fetchall())
    return found


def put_back_database(rows: Rows) -> None:
    """Put the whole database back to an older copy."""
    with connections["default"].cursor() as cursor:
        for table in rows:
            cursor.execute(f"DELETE FROM {table}")
        for table, (columns, copies) in rows.items():
            marks = ", ".join(["%s"] * len(columns))
            text = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
            for copy in copies:
                cursor.execute(text, [_given(value) for value in copy])


def _given(value: Any) -> Any:
    ops = connections["default"].ops
    return ops.adapt_datetimefield_value(value) if type(value) is datetime else value


def put_back(rows: Rows, home: Path) -> None:
    """Put the whole machine back to an older copy: its database and its HOME."""
    put_back_database(rows)
    shutil.rmtree(settings.HOME)
    shutil.copytree(home, settings.HOME)
