"""Queries of the ORM that are compiled once and run many times.

Building and compiling a query takes the ORM three to ten times as long as its run. Who somebody
is gets asked at every request, and the lists of a desk and the state of a letter all day. The SQL
stays the ORM's own: nothing is written by hand, and a changed model changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper

Value = UUID | datetime | str
M = TypeVar("M", bound=models.Model)

_EXAMPLES: dict[type, Callable[[int], Value]] = {
    UUID: lambda n: UUID(int=0xE8A3B1E0 << 96 | n),
    datetime: lambda n: datetime(1921, 2, 3, 4, 5, 6, 700_000 + n, UTC),
    str: lambda n: f"\ue000 example {n}",
}
"""Values that stand in no query by themselves, to find each one's place in the parameters."""

_PREPARE: dict[type, models.Field[Any, Any]] = {
    UUID: models.UUIDField(),
    datetime: models.DateTimeField(),
    str: models.TextField(),
}


@dataclass(frozen=True, slots=True)
class _Plan:
    sql: str
    params: tuple[Any, ...]
    slots: tuple[tuple[int, str], ...]
    """Places in `params` and the names of the values that go there."""
    converters: tuple[tuple[int, tuple[Callable[..., Any], ...], Any], ...]


class Prepared:
    """A `values_list` query of named values, compiled once for each engine.

    `build` gets the values by name and returns the query set; a value must reach the SQL as it
    is (no `contains`, no arithmetic). TypeError at the first run when one does not.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[Any, Any]], **types: type[Value]
    ) -> None:
        self._build = build
        self._types = types
        self._plans: dict[str, _Plan] = {}

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """Return all rows for these values."""
        plan = self._plans.get(connection.vendor)
        if plan is None:
            plan = self._plans[connection.vendor] = self._compile(connection)
        ready = {
            name: _PREPARE[self._types[name]].get_db_prep_value(value, connection)
            for name, value in values.items()
        }
        params = list(plan.params)
        for place, name in plan.slots:
            params[place] = ready[name]
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, params)
            found = cursor.fetchall()
        return [_convert(row, plan) for row in found] if plan.converters else found

    def first(self, **values: Value) -> tuple[Any, ...] | None:
        """Return the first row for these values, or None."""
        return next(iter(self.rows(**values)), None)

    def _compile(self, on: BaseDatabaseWrapper) -> _Plan:
        examples = {
            name: _EXAMPLES[kind](n) for n, (name, kind) in enumerate(sorted(self._types.items()))
        }
        compiler = self._build(**examples).query.get_compiler(connection=on)
        sql, params = compiler.as_sql()
        names = {
            _PREPARE[self._types[name]].get_db_prep_value(example, on): name
            for name, example in examples.items()
        }
        slots = tuple(
            (place, names[param])
            for place, param in enumerate(params)
            if isinstance(param, str | UUID | datetime) and param in names
        )
        if {name for _, name in slots} != set(examples):
            raise TypeError("a value does not reach the SQL as it is")
        columns = [column for column, _, _ in compiler.select[: compiler.col_count]]
        return _Plan(
            sql=sql,
            params=tuple(params),
            slots=slots,
            converters=tuple(
                (place, tuple(steps), expression)
                for place, (steps, expression) in compiler.get_converters(columns).items()
            ),
        )


class PreparedModels(Generic[M]):
    """A query of whole rows of one model, compiled once for each engine as by `Prepared`."""

    def __init__(
        self, model: type[M], build: Callable[..., models.QuerySet[M]], **types: type[Value]
    ) -> None:
        self._model = model
        self._columns = tuple(field.attname for field in model._meta.concrete_fields)
        self._rows = Prepared(lambda **given: build(**given).values_list(*self._columns), **types)

    def all(self, **values: Value) -> list[M]:
        """Return all rows for these values."""
        found = self._rows.rows(**values)
        return [self._model.from_db(DEFAULT_DB_ALIAS, self._columns, row) for row in found]

    def first(self, **values: Value) -> M | None:
        """Return the first row for these values, or None."""
        return next(iter(self.all(**values)), None)


def _convert(row: tuple[Any, ...], plan: _Plan) -> tuple[Any, ...]:
    cells = list(row)
    for place, steps, expression in plan.converters:
        for step in steps:
            cells[place] = step(cells[place], expression, connection)
    return tuple(cells)
