"""Fast inserts: the SQL of a model and a set of fields is compiled once, from `_meta`.

The only raw insert in the product. It goes through the connection's cursor, so the guard on
writes outside an act sees it like any other statement. Left out on purpose, as they cost most
of the ORM's time: model instances, signals, `pre_save`, expressions, `RETURNING`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.core.exceptions import FieldDoesNotExist
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

# Beyond this many rows a statement gains nothing and parsing it shows up as latency.
_ROWS_A_STATEMENT = 500
_MANY = 20


@dataclass(frozen=True, slots=True)
class _Plan:
    head: str
    """INSERT INTO … (…) VALUES, with a space at its end."""
    places: str
    """One row's placeholders in parentheses."""
    given: tuple[tuple[str, Callable[[Any, BaseDatabaseWrapper], Any]], ...]
    """For each key of `values`: the key and what prepares its value."""
    defaults: tuple[tuple[Callable[[], Any], Callable[[Any, BaseDatabaseWrapper], Any]], ...]
    """For each field left out: what gives its default, and what prepares it."""

    def params(self, values: Mapping[str, Any], connection: BaseDatabaseWrapper) -> list[Any]:
        params = [prepare(values[key], connection) for key, prepare in self.given]
        for default, prepare in self.defaults:
            params.append(prepare(default(), connection))
        return params


_plans: dict[tuple[type[models.Model], str, tuple[str, ...]], _Plan] = {}


def insert(
    model: type[models.Model], values: Mapping[str, Any], *, using: str = DEFAULT_DB_ALIAS
) -> None:
    """Insert one row; keys are field names or attribute names (`office` or `office_id`).

    A foreign key takes the referred row's key. Fields left out get their default as
    `Model()` would give it; an automatic key and database defaults are left to the engine.
    Raises FieldDoesNotExist for an unknown key, TypeError for a model that needs the ORM
    (inheritance, `auto_now`), and whatever the engine raises, as Django's exceptions.
    """
    connection = connections[using]
    plan = _plan(model, tuple(values), connection)
    with connection.cursor() as cursor:
        cursor.execute(plan.head + plan.places, plan.params(values, connection))


@contextmanager
def together(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let the inserts of the block travel in one journey; for a deed's writes at its end.

    Nothing may be read in the block, and no savepoint opened. On PostgreSQL the statements go
    through libpq's pipeline, so an error is raised at the block's end, not at its line; on
    SQLite, which is in this process, each goes at once. Either way the error is Django's, and
    the transaction is lost with it.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


@contextmanager
def alone(*, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Let the one statement of the block commit itself, where nothing came before it.

    For the last statement of a transaction, whose end makes the line what it was. PostgreSQL's
    transaction begins with its first statement: when none was sent yet, this one is a transaction
    of its own, as durable and as whole, without the journeys of BEGIN and COMMIT. Elsewhere the
    block is an ordinary one.
    """
    connection = connections[using]
    line = connection.connection if connection.vendor == "postgresql" else None
    if line is None or line.info.transaction_status.name != "IDLE":
        yield
        return
    with connection.wrap_database_errors:
        line.autocommit = True
        yield


def insert_many(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    using: str = DEFAULT_DB_ALIAS,
) -> int:
    """Insert rows that all have the same keys, some hundreds a statement; return how many.

    Takes any iterable and holds one statement's rows at a time. Raises TypeError when a row's
    keys differ from the first row's, and what `insert` raises. Open a transaction around it.
    """
    connection = connections[using]
    pending = iter(rows)
    first = next(pending, None)
    if first is None:
        return 0
    keys = tuple(first)
    plan = _plan(model, keys, connection)
    width = len(plan.given) + len(plan.defaults)
    most = connection.features.max_query_params
    step = max(1, min(_ROWS_A_STATEMENT, most // width if most else _ROWS_A_STATEMENT))
    done = 0
    batch = [first, *islice(pending, step - 1)]
    with connection.cursor() as cursor:
        while batch:
            params = []
            for row in batch:
                if row.keys() != first.keys():
                    raise TypeError("insert_many: rows with different keys")
                params.append(plan.params(row, connection))
            if connection.vendor == "postgresql" and len(batch) > _MANY:
                # One prepared statement in a pipeline: half the time of one long statement,
                # whose text alone takes as long to read as its rows do to write.
                cursor.executemany(plan.head + plan.places, params)
            else:
                text = plan.head + ", ".join([plan.places] * len(batch))
                cursor.execute(text, [value for row_params in params for value in row_params])
            done += len(batch)
            batch = list(islice(pending, step))
    return done


def _plan(
    model: type[models.Model], keys: tuple[str, ...], connection: BaseDatabaseWrapper
) -> _Plan:
    cache_key = (model, connection.vendor, keys)
    plan = _plans.get(cache_key)
    if plan is None:
        plan = _plans[cache_key] = _compile(model, keys, connection)
    return plan


def _compile(
    model: type[models.Model], keys: tuple[str, ...], connection: BaseDatabaseWrapper
) -> _Plan:
    meta = model._meta
    if meta.parents:
        raise TypeError(f"{meta.label}: inherited tables need the ORM")
    by_name: dict[str, models.Field[Any, Any]] = {}
    for field in meta.concrete_fields:
        by_name[field.name] = by_name[field.attname] = field
    given = []
    for key in keys:
        if key not in by_name:
            raise FieldDoesNotExist(f"{meta.label} has no column for {key!r}")
        given.append(by_name[key])
    if len(set(given)) != len(given):
        raise TypeError(f"{meta.label}: a field is given twice")
    left_out = [
        field
        for field in meta.concrete_fields
        if field not in given
        and not isinstance(field, models.AutoField)
        and not field.generated
        and not field.has_db_default()
    ]
    for field in (*given, *left_out):
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            raise TypeError(f"{meta.label}.{field.name}: take the time from the act")
    fields = (*given, *left_out)
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    return _Plan(
        head=f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ",  # noqa: S608 - quoted names of a model
        places=f"({', '.join(_place(field, connection) for field in fields)})",
        given=tuple(
            (key, _preparer(field, connection)) for key, field in zip(keys, given, strict=True)
        ),
        defaults=tuple((field.get_default, _preparer(field, connection)) for field in left_out),
    )


_AS_THEY_ARE: dict[str, dict[str, type]] = {
    "sqlite": {"CharField": str, "TextField": str},
    "postgresql": {
        "CharField": str,
        "TextField": str,
        "UUIDField": UUID,
        "DateTimeField": datetime,
    },
}
"""Values that a field of exactly this class hands to the engine unchanged (a test compares)."""


def _preparer(
    field: models.Field[Any, Any], connection: BaseDatabaseWrapper
) -> Callable[[Any, BaseDatabaseWrapper], Any]:
    """Return what prepares a field's values; the usual ones are not asked about one by one."""
    prepare: Callable[[Any, BaseDatabaseWrapper], Any] = field.get_db_prep_save
    plain = _AS_THEY_ARE.get(connection.vendor, {}).get(type(field).__name__)
    if plain is None or type(field).__module__ != "django.db.models.fields":
        return prepare

    aware = plain is datetime

    def quick(value: Any, on: BaseDatabaseWrapper) -> Any:
        kind: type = type(value)
        if kind is plain and not (aware and value.tzinfo is None):
            return value
        return prepare(value, on)

    return quick


def _place(field: models.Field[Any, Any], connection: BaseDatabaseWrapper) -> str:
    """Return the placeholder; some fields wrap it (on our engines none depends on the value)."""
    get_placeholder = getattr(field, "get_placeholder", None)
    return "%s" if get_placeholder is None else str(get_placeholder(None, None, connection))
