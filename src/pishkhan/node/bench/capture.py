"""Takes down what one real acceptance writes, so that a floor can write the very same."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from django.test import Client

from pishkhan.node.bench import intake

_INSERT = re.compile(r'INSERT INTO "(?P<table>\w+)"')
_UPDATE = re.compile(r'UPDATE "?(?P<table>\w+)"? SET (?P<columns>.*?) WHERE', re.DOTALL)
_COLUMN = re.compile(r'"?(\w+)"? = ')
PLACES = 16
"""Rows among which the floor shares an update that the node shares among counters."""

SKIPPED = frozenset({"directory_clientuse"})
"""Written every ten minutes, not with each letter."""


def captured(token: str, agency: UUID) -> list[dict[str, Any]]:
    """Accept two letters through the API; return the writes of the second one, in order.

    Each write is {"verb", "table", "columns": {name: {"type", "value", "varies"}}}. A value
    varies when the two letters differ in it: the floor makes it new each time.
    """
    _accept(token, agency)  # what a first call loads and writes is no letter's share
    first, second = _accept(token, agency), _accept(token, agency)
    if [w["table"] for w in first] != [w["table"] for w in second]:
        raise RuntimeError("two acceptances wrote to different tables")
    for one, two in zip(first, second, strict=True):
        for name, column in two["columns"].items():
            column["varies"] = one["columns"][name]["value"] != column["value"]
    return second


def _accept(token: str, agency: UUID) -> list[dict[str, Any]]:
    writes: list[tuple[str, str, list[str]]] = []

    def watch(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        text = str(sql)
        if found := _INSERT.match(text):
            rows = text.rpartition(" VALUES ")[2].count("), (") + 1
            writes.extend([("insert", found["table"], [])] * rows)
        elif found := _UPDATE.match(text):
            writes.append(("update", found["table"], _COLUMN.findall(found["columns"])))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        answer = Client().generic(
            "POST",
            "/api/v1/submissions",
            b"".join(intake.filled(intake.body(agency))),
            content_type=intake.CONTENT_TYPE,
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": intake.fresh()},
        )
    if answer.status_code != 201:
        raise RuntimeError(f"the acceptance was answered {answer.status_code}")
    return _described([write for write in writes if write[1] not in SKIPPED])


def _described(writes: list[tuple[str, str, list[str]]]) -> list[dict[str, Any]]:
    """Return the writes with the values that stand in the rows now."""
    by_table = {model._meta.db_table: model for model in apps.get_models()}
    inserted = Counter(table for verb, table, _ in writes if verb == "insert")
    rows = {
        table: list(reversed(by_table[table]._default_manager.order_by("-pk")[:count]))
        for table, count in inserted.items()
    }
    taken: Counter[str] = Counter()
    found = []
    for verb, table, columns in writes:
        meta = by_table[table]._meta
        write: dict[str, Any] = {"verb": verb, "table": table, "pk": meta.pk.column, "columns": {}}
        if verb == "insert":
            row = rows[table][taken[table]]
            taken[table] += 1
            for field in meta.concrete_fields:
                write["columns"][field.column] = _column(field, getattr(row, field.attname))
        else:
            own = table in rows
            last = rows[table][-1] if own else None
            write["own"] = own
            if not own:
                keys = by_table[table]._default_manager.values_list("pk", flat=True)
                write["places"] = list(keys[:PLACES])
            for field in meta.concrete_fields:
                if field.column in columns:
                    value = getattr(last, field.attname) if last is not None else None
                    write["columns"][field.column] = _column(field, value)
        found.append(write)
    return found


def _column(field: models.Field[Any, Any], value: Any) -> dict[str, Any]:
    target = field.target_field if isinstance(field, models.ForeignKey) else field
    kind = target.get_internal_type()
    if isinstance(value, bytes | memoryview):
        value = bytes(value).hex()
    elif kind != "JSONField" and not isinstance(value, str | int | bool | float | None):
        value = str(value)
    return {
        "type": kind,
        "length": target.max_length,
        "value": json.loads(json.dumps(value, default=str)),
        "varies": False,
    }
