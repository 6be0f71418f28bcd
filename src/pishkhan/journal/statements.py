"""What a text of SQL would change, read from the text alone.

Pure. For the guard, which must know before the statement runs. It errs on the side of seeing a
write: its users are this product's own programmers and the ORM, not an enemy (docs/invariants/
journal.md says what it cannot see). Names come back in lower case without schema or quotes, as
SQLite takes all names so; PostgreSQL's rare mixed-case twins are treated alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Verb(StrEnum):
    """What a statement does, as far as the guard cares."""

    INSERT = "insert"
    UPDATE = "update"
    DELETE = "delete"
    """Also TRUNCATE, DROP TABLE and everything else after which rows are gone."""
    SCHEMA = "schema"
    """Changes a table or its triggers."""
    OPAQUE = "opaque"
    """Runs code that the text does not show: DO, CALL, EXECUTE."""
    END = "end"
    """Ends the transaction behind Django's back."""
    SAVEPOINT = "savepoint"
    ROLLBACK_TO = "rollback-to"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that a statement does, and to which table (or savepoint)."""

    verb: Verb
    name: str = ""


_IDENTIFIER = r"""(?:"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|'(?:[^']|'')*'|[^\W\d][\w$]*)"""
_GAP = r"(?:\s|--[^\n]*(?:\n|$)|/\*.*?\*/)*"
_NAME = rf"({_IDENTIFIER}(?:{_GAP}\.{_GAP}{_IDENTIFIER})*)"
_QUALIFIED = re.compile(_NAME, re.DOTALL)
_PART = re.compile(rf"{_GAP}\.?{_GAP}({_IDENTIFIER})", re.DOTALL)

# What can hide a word or begin a change. Quotes and comments come first, so that a verb inside
# one is passed over; ON DELETE, DO UPDATE and FOR UPDATE change nothing by themselves.
_TOKEN = re.compile(
    rf"""
      (?:%s|[\s,()])+  # what bulk inserts consist of, passed over in one go
    | (?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    | (?P<hidden>\b[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
        | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$)
    | (?P<end>;)
    | \b(?:(?:ON|DO|FOR|FOR\s+NO\s+KEY)\s+(?:UPDATE|DELETE))\b
    | \b(?P<insert>(?:INSERT(?:{_GAP}OR{_GAP}\w+)?|REPLACE|MERGE){_GAP}\bINTO)\b
    | \b(?P<update>UPDATE)\b{_GAP}(?:OR{_GAP}(?:ROLLBACK|ABORT|REPLACE|FAIL|IGNORE)\b{_GAP})?
    | \b(?P<delete>DELETE{_GAP}\bFROM)\b
    | \b(?P<truncate>TRUNCATE)\b{_GAP}(?:TABLE\b)?
    | \b(?P<copy>COPY)\b{_GAP}(?:BINARY\b)?
    | \b(?P<drop>DROP{_GAP}TABLE)\b{_GAP}(?:IF{_GAP}EXISTS\b)?
    | \b(?P<alter>ALTER{_GAP}(?:FOREIGN{_GAP})?TABLE)\b{_GAP}(?:IF{_GAP}EXISTS\b)?
    | \b(?P<trigger>(?:CREATE|DROP)\b[^;]*?\b(?:TRIGGER|RULE)\b[^;]*?\bON)\b
    | \w[\w$]*  # any other word, whole: PostgreSQL allows a dollar inside a name
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ONLY = re.compile(rf"{_GAP}(?:ONLY\b{_GAP}\(?)?{_GAP}", re.IGNORECASE | re.DOTALL)
_COMMA = re.compile(rf"{_GAP}\*?{_GAP}\)?{_GAP},", re.DOTALL)
_START = re.compile(rf"{_GAP}\(*{_GAP}(\w+)", re.DOTALL)
_SAVEPOINT = re.compile(rf"{_GAP}SAVEPOINT{_GAP}{_NAME}", re.IGNORECASE | re.DOTALL)
_ROLLBACK_TO = re.compile(
    rf"{_GAP}ROLLBACK{_GAP}(?:(?:WORK|TRANSACTION)\b{_GAP})?TO\b{_GAP}(?:SAVEPOINT\b{_GAP})?{_NAME}",
    re.IGNORECASE | re.DOTALL,
)
_VERBS = {
    "insert": Verb.INSERT,
    "update": Verb.UPDATE,
    "delete": Verb.DELETE,
    "truncate": Verb.DELETE,
    "copy": Verb.INSERT,
    "drop": Verb.DELETE,
    "alter": Verb.SCHEMA,
    "trigger": Verb.SCHEMA,
}
_ENDS = {"COMMIT", "END", "ABORT", "ROLLBACK", "PREPARE"}
_OPAQUE = {"DO", "CALL", "EXECUTE"}


def plain_name(written: str) -> str:
    """Return the last part of a written name, unquoted and in lower case."""
    part: str = _PART.findall(written)[-1]
    if part[0] in "\"`'":
        part = part[1:-1].replace(part[0] * 2, part[0])
    elif part[0] == "[":
        part = part[1:-1]
    return part.lower()


def effects(sql: str) -> tuple[Effect, ...]:
    """Return what the text would do; empty for what only reads.

    Every statement of a text with several is looked at, and every data-changing part of one
    (`WITH x AS (DELETE …) …`, `EXPLAIN ANALYZE INSERT …`).
    """
    found: list[Effect] = []
    if "/*" in sql and _nested_comment(sql):
        found.append(Effect(Verb.OPAQUE))
    if 'U&"' in sql or 'u&"' in sql:
        found.append(Effect(Verb.OPAQUE))
    found += _begins(sql, 0)
    position = 0
    while (match := _TOKEN.search(sql, position)) is not None:
        position = match.end()
        kind = match.lastgroup if match.lastgroup != "tag" else "hidden"
        if kind == "end":
            found += _begins(sql, position)
        elif kind in _VERBS:
            if kind == "copy":
                found += _copy(sql, position)
                continue
            names, position = _names(sql, position)
            found += [Effect(_VERBS[kind], name) for name in names]
    return tuple(found)


def _names(sql: str, position: int) -> tuple[list[str], int]:
    """Return the names listed from here (TRUNCATE and DROP take several), and where they end."""
    names: list[str] = []
    while True:
        match = _QUALIFIED.match(sql, _skip_only(sql, position))
        if match is None:
            return names, position
        names.append(plain_name(match.group(1)))
        position = match.end()
        comma = _COMMA.match(sql, position)
        if comma is None:
            return names, position
        position = comma.end()


def _skip_only(sql: str, position: int) -> int:
    match = _ONLY.match(sql, position)
    return position if match is None else match.end()


def _copy(sql: str, position: int) -> list[Effect]:
    """`COPY t TO` and `COPY (query) TO` read; `COPY t FROM` writes."""
    match = re.compile(
        rf"{_GAP}{_NAME}{_GAP}(?:\([^)]*\){_GAP})?FROM\b", re.IGNORECASE | re.DOTALL
    ).match(sql, position)
    return [] if match is None else [Effect(Verb.INSERT, plain_name(match.group(1)))]


def _begins(sql: str, position: int) -> list[Effect]:
    """Return what the first word of a statement alone says."""
    match = _START.match(sql, position)
    if match is None:
        return []
    word = match.group(1).upper()
    if word in _OPAQUE:
        return [Effect(Verb.OPAQUE)]
    if word == "SAVEPOINT" and (named := _SAVEPOINT.match(sql, position)):
        return [Effect(Verb.SAVEPOINT, plain_name(named.group(1)))]
    if word == "ROLLBACK" and (named := _ROLLBACK_TO.match(sql, position)):
        return [Effect(Verb.ROLLBACK_TO, plain_name(named.group(1)))]
    return [Effect(Verb.END)] if word in _ENDS else []


def _nested_comment(sql: str) -> bool:
    """Whether a comment holds another's beginning: the engines disagree where it ends."""
    return any(
        "/*" in match.group()[2:]
        for match in _TOKEN.finditer(sql)
        if match.lastgroup == "comment" and match.group().startswith("/*")
    )
