"""Taking work so that no two workers take the same. The one place that knows the engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet

from pishkhan.kernel.prepared import Prepared, Value

Row = TypeVar("Row", bound=Model)


def locked(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows locked until the transaction ends, without those others have locked.

    On SQLite the transaction itself is the lock: an act holds the only write lock there is.
    """
    if connection.features.has_select_for_update_skip_locked:
        return rows.select_for_update(skip_locked=True, of=("self",))
    return rows


def waiting_for(rows: QuerySet[Row]) -> QuerySet[Row]:
    """Return the rows locked until the transaction ends, after waiting for whoever has them."""
    if connection.features.has_select_for_update:
        return rows.select_for_update(of=("self",))
    return rows


def due(now: datetime, far: datetime) -> Q:
    """Return the rows whose wait is over, or was written before the clock was set back.

    `far` is later than any wait that begins now can end.
    """
    return Q(not_before__isnull=True) | Q(not_before__lte=now) | Q(not_before__gt=far)


def any_of(rows: Callable[..., QuerySet[Any]], **types: type[Value]) -> Prepared:
    """Return the question whether there is such a row, compiled once: an idle worker asks it."""
    return Prepared(lambda **given: rows(**given).order_by().values_list("pk")[:1], **types)
