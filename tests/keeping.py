"""What many tests begin with: made by deeds once a run, then put back row by row.

Put back is only into tables that hold nothing, under the run's own settings and the machine's
clock; a test that changed one of these, or made something before, gets it made by the deeds.
Numbers that the engine gives are given anew: they go on rising, as they do for a node.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from django.apps import apps
from django.conf import UserSettingsHolder, settings
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from pishkhan.journal import guard
from pishkhan.kernel import clock
from tests import emptying

T = TypeVar("T")
Insert = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class Kept:
    """What was made, and the statements that put its rows back."""

    made: Any
    inserts: tuple[Insert, ...]


_kept: dict[Any, Kept] = {}


def kept(make: Callable[[], T]) -> T:
    """Return what `make` made in the run's first call, its rows put back; else make it now."""
    connection = connections["default"]
    if not _plain() or not _is_empty(connection):
        return make()
    key = (make, connection.settings_dict["NAME"])
    if key not in _kept:
        made = make()
        _kept[key] = Kept(made, tuple(_inserts(connection)))
    else:
        _put_back(connection, _kept[key].inserts)
    return cast("T", _kept[key].made)


def _plain() -> bool:
    """Return False for a test that overrides settings or moves the clock."""
    overridden = isinstance(settings._wrapped, UserSettingsHolder)
    return not overridden and isinstance(clock.current(), clock.SystemClock)


def _is_empty(connection: BaseDatabaseWrapper) -> bool:
    asked = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in emptying.tables(connection))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 WHERE {asked}")
        return cursor.fetchone() is None


def _inserts(connection: BaseDatabaseWrapper) -> list[Insert]:
    """Return a statement for each table that holds rows.

    Their order is free: what a row refers to is asked for when the transaction ends.
    """
    quoted = connection.ops.quote_name
    made: list[Insert] = []
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if options.db_table in emptying.KEPT or options.proxy or not options.managed:
            continue
        columns = [
            str(field.column)
            for field in options.local_concrete_fields
            if not isinstance(field, models.AutoField) or not field.primary_key
        ]
        names = ", ".join(quoted(column) for column in columns)
        table = quoted(options.db_table)
        with connection.cursor() as cursor:
            order = quoted(str(options.pk.column))
            cursor.execute(f"SELECT {names} FROM {table} ORDER BY {order}")
            rows = cursor.fetchall()
        if rows:
            row = f"({', '.join(['%s'] * len(columns))})"
            text = f"INSERT INTO {table} ({names}) VALUES {', '.join([row] * len(rows))}"
            made.append((text, [_given(connection, value) for row in rows for value in row]))
    return made


def _given(connection: BaseDatabaseWrapper, value: Any) -> Any:
    """Return a value as the engine takes it: it was read without Django's fields."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value


def _put_back(connection: BaseDatabaseWrapper, inserts: tuple[Insert, ...]) -> None:
    with (
        guard.suspended("flush"),
        transaction.atomic(using=connection.alias),
        connection.cursor() as cursor,
    ):
        for text, values in inserts:
            cursor.execute(text, values)
