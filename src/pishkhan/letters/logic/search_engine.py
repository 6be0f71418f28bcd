"""Words to letters: FTS5 on SQLite, tsvector + GIN on PostgreSQL, behind `find`.

One of the few places with SQL of an engine's own. Both engines index the row's `norm` column
(kernel.text.normalise) with marks of who may find it: `o<office>`, and at the agency `a<agency>`.
A search always asks for a mark, so that an office's letters are found without reading others'.

On intake SQLite's trigger adds one row to the FTS table, PostgreSQL's index follows by itself;
no deed has anything to do. A migration that remakes a table on SQLite loses its triggers:
`create` must be run again after it (tests/letters/test_search.py fails otherwise).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

from pishkhan.kernel.errors import N_, Invalid

SHORTEST_STEM = 2
"""From this length on a word also finds longer ones that begin with it."""


class Side(StrEnum):
    """Whose letters are searched."""

    COUNTER = "counter"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class _Table:
    name: str
    marks: tuple[tuple[str, str], ...]
    """(letter, column) of each mark."""

    @property
    def words(self) -> str:
        return f"{self.name}_words"


_TABLES = {
    Side.COUNTER: _Table("letters_submission", (("o", "counter_id"),)),
    Side.AGENCY: _Table("letters_arrival", (("o", "secretariat_id"), ("a", "agency_id"))),
}

# PostgreSQL's parser takes a/b for a file, a.b for a host, a-b for one word in two parts; on both
# engines a word is a run of letters and digits, as in kernel.text.words.
_PUNCTUATION = "/.-_@:+&?=%#~,\\"

_FTS_COLUMNS = "words, item UNINDEXED, tokenize = 'unicode61 remove_diacritics 0'"

_SEEN_BY_POST = """
  AND (EXISTS (SELECT 1 FROM letters_referral r WHERE r.arrival_id = {item}
               AND r.to_post_id = %s AND r.state <> 'taken_back')
       OR EXISTS (SELECT 1 FROM letters_draft d WHERE d.arrival_id = {item}
                  AND d.by_post_id = %s))
"""


def find(
    side: Side,
    words: Sequence[str],
    *,
    mark: tuple[str, UUID],
    post_id: UUID | None = None,
    after: str | None = None,
    limit: int,
) -> list[tuple[str, UUID]]:
    """Return (place, id) of letters that have all the words, newest first.

    `words` are normalised runs of letters and digits (kernel.text.words); `mark` is ("o", office)
    or, at the agency, ("a", agency). With `post_id` only letters that `access` opens to that post.
    A place goes back as `after` to get what follows it. Invalid `pages.cursor` for a foreign one.
    """
    if not words:
        return []
    engine = _find_postgresql if connection.vendor == "postgresql" else _find_sqlite
    return engine(_Asked(_TABLES[side], words, f"{mark[0]}{mark[1].hex}", post_id, after, limit))


@dataclass(frozen=True, slots=True)
class _Asked:
    table: _Table
    words: Sequence[str]
    mark: str
    post_id: UUID | None
    after: str | None
    limit: int


def _find_sqlite(asked: _Asked) -> list[tuple[str, UUID]]:
    table = asked.table
    # Newest first is the order of the FTS rows, which FTS5 walks backwards without sorting.
    match = " AND ".join(
        [f'"{word}"{_star(word, "*")}' for word in asked.words] + [f'"{asked.mark}"']
    )
    sql = f"SELECT w.rowid, w.item FROM {table.words} w WHERE w.{table.words} MATCH %s"  # noqa: S608 - names of our own
    params: list[Any] = [match]
    if asked.after is not None:
        sql += " AND w.rowid < %s"
        params.append(_whole(asked.after))
    if asked.post_id is not None:
        sql += _SEEN_BY_POST.format(item="w.item")
        params += [asked.post_id.hex, asked.post_id.hex]
    sql += " ORDER BY w.rowid DESC LIMIT %s"
    return [(str(place), UUID(item)) for place, item in _rows(sql, [*params, asked.limit])]


def _find_postgresql(asked: _Asked) -> list[tuple[str, UUID]]:
    match = " & ".join(
        [f"'{word}'{_star(word, ':*')}" for word in asked.words] + [f"'{asked.mark}'"]
    )
    table = asked.table
    # Materialised, for else the planner may walk the keys backwards and parse each text.
    sql = (
        f"WITH found AS MATERIALIZED (SELECT t.id FROM {table.name} t"  # noqa: S608 - names of our own
        f" WHERE {_document(table, 't.')} @@ to_tsquery('simple', %s)"
    )
    params: list[Any] = [match]
    if asked.after is not None:
        sql += " AND t.id < %s"
        params.append(_key(asked.after))
    if asked.post_id is not None:
        sql += _SEEN_BY_POST.format(item="t.id")
        params += [asked.post_id, asked.post_id]
    sql += ") SELECT id FROM found ORDER BY id DESC LIMIT %s"
    return [(str(id_), id_) for (id_,) in _rows(sql, [*params, asked.limit])]


def _star(word: str, sign: str) -> str:
    return sign if len(word) >= SHORTEST_STEM else ""


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _whole(place: str) -> int:
    if not (place.isascii() and place.isdigit() and len(place) < 19):
        raise _no_such_page()
    return int(place)


def _key(place: str) -> UUID:
    try:
        return UUID(place)
    except ValueError:
        raise _no_such_page() from None


def _no_such_page() -> Invalid:
    return Invalid("pages.cursor", N_("This page of the list does not exist; begin again."))


# --- the index itself, made by a migration -------------------------------------------------------


def create(on: BaseDatabaseWrapper) -> None:
    """Make the index of both sides, filled from the rows that are there."""
    make = _postgresql if on.vendor == "postgresql" else _sqlite
    _run(on, [statement for table in _TABLES.values() for statement in make(table)])


def drop(on: BaseDatabaseWrapper) -> None:
    """Take the index away; the rows stay."""
    statements = []
    for table in _TABLES.values():
        if on.vendor == "postgresql":
            statements.append(f"DROP INDEX IF EXISTS {table.words}")
        else:
            for event in ("insert", "update", "delete"):
                statements.append(f"DROP TRIGGER IF EXISTS {table.words}_{event}")
            statements.append(f"DROP TABLE IF EXISTS {table.words}")
    _run(on, statements)


def _run(on: BaseDatabaseWrapper, statements: Sequence[str]) -> None:
    with on.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _document(table: _Table, prefix: str = "") -> str:
    marks = "".join(
        f" || ' {letter}' || replace({prefix}{column}::text, '-', '')"
        for letter, column in table.marks
    )
    spaces = " " * len(_PUNCTUATION)
    quoted = _PUNCTUATION.replace("%", "%%") if prefix else _PUNCTUATION
    return f"to_tsvector('simple', translate({prefix}norm, '{quoted}', '{spaces}'){marks})"


def _postgresql(table: _Table) -> list[str]:
    return [f"CREATE INDEX {table.words} ON {table.name} USING gin ({_document(table)})"]


def _sqlite(table: _Table) -> list[str]:
    # The mark `i<key>` finds the FTS row of a letter again, without a column that would hold it:
    # the row numbers of a table without an integer key change when the file is compacted.
    def text(row: str) -> str:
        marks = "".join(f" || ' {letter}' || {row}{column}" for letter, column in table.marks)
        return f"{row}norm{marks} || ' i' || {row}id"

    insert = f"INSERT INTO {table.words} (words, item) VALUES ({text('NEW.')}, NEW.id);"  # noqa: S608 - names of our own
    delete = (
        f"DELETE FROM {table.words} WHERE rowid IN"  # noqa: S608 - names of our own
        f" (SELECT rowid FROM {table.words} WHERE {table.words} MATCH 'i' || OLD.id);"
    )
    present = f"SELECT {text('')}, id FROM {table.name} ORDER BY id"  # noqa: S608 - names of our own
    head = f"CREATE TRIGGER {table.words}"
    return [
        f"CREATE VIRTUAL TABLE {table.words} USING fts5({_FTS_COLUMNS})",
        f"INSERT INTO {table.words} (words, item) {present}",
        f"{head}_insert AFTER INSERT ON {table.name} BEGIN {insert} END",
        f"{head}_delete AFTER DELETE ON {table.name} BEGIN {delete} END",
        f"{head}_update AFTER UPDATE OF norm ON {table.name} BEGIN {delete} {insert} END",
    ]
