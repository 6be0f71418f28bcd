"""What several deeds of the directory need."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet

from pishkhan.directory.models import Holding
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound, Refused
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.pages import Page, decode_cursor, encode_cursor

M = TypeVar("M", bound=Model)
R = TypeVar("R")


def the(rows: QuerySet[M], pk: UUID, what: str) -> M:
    """Return the row, or raise NotFound("directory.no-<what>")."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound(f"directory.no-{what}")
    return row


def refuse_twin(rows: QuerySet[M], code: str, field: str) -> None:
    """Raise Refused when such a row is there already."""
    if rows.exists():
        raise Refused(
            code, fields={field: Message(N_("This is taken already; choose another one."))}
        )


def holds_at(now: datetime, prefix: str = "") -> Q:
    """Return the condition that a holding is valid at a moment."""
    return Q(**{f"{prefix}from_at__lte": now}) & (
        Q(**{f"{prefix}until_at__isnull": True}) | Q(**{f"{prefix}until_at__gt": now})
    )


def holds_now(prefix: str = "") -> Q:
    """Return the condition that a holding is valid at the present moment."""
    return holds_at(clock.current().now(), prefix)


def unended(rows: QuerySet[Holding], now: datetime) -> QuerySet[Holding]:
    """Return the holdings that a deed can still end: present and coming ones, in their order.

    An end that lies ahead is none yet. What was ended before it began is left out.
    """
    ahead = Q(until_at__gt=now) & Q(until_at__gt=F("from_at"))
    return rows.filter(Q(until_at=None) | ahead).order_by("from_at", "id")


def end_all(rows: QuerySet[Holding], now: datetime) -> list[Holding]:
    """End present holdings now and coming ones before they begin; return them."""
    found = list(unended(rows, now))
    for holding in found:
        holding.until_at = max(now, holding.from_at)
        holding.save(update_fields=["until_at"])
    return found


def contains_words(rows: QuerySet[M], words: Iterable[str], column: str = "norm") -> QuerySet[M]:
    """Return the rows whose searched column holds every word, whole or in part."""
    for word in words:
        rows = rows.filter(**{f"{column}__contains": word})
    return rows


def page(
    rows: QuerySet[M],
    columns: Sequence[str],
    make: Callable[..., R],
    *,
    after: str | None,
    limit: int,
) -> Page[R]:
    """Return a page of rows in the order of (norm, id), made from the columns; one query.

    Raises Invalid for a cursor that is not one of ours.
    """
    if after is not None:
        rows = rows.filter(_beyond(after))
    found = list(rows.order_by("norm", "id").values_list(*columns, "norm", "id")[: limit + 1])
    more = len(found) > limit
    last = found[limit - 1] if more else None
    return Page(
        rows=tuple(make(*row[:-2]) for row in found[:limit]),
        next=None if last is None else encode_cursor(last[-2], str(last[-1])),
    )


def _beyond(after: str) -> Q:
    parts = decode_cursor(after)
    try:
        norm, last = parts[0], UUID(parts[1])
    except (IndexError, ValueError):
        raise Invalid(
            "pages.cursor", N_("This page of the list does not exist; begin again.")
        ) from None
    return Q(norm__gt=norm) | Q(norm=norm, id__gt=last)
