"""Pages of long lists by keyset: the next page begins after the last row, whatever was added."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid

__all__ = ["Page", "bounded", "decode_cursor", "encode_cursor", "last_id"]

T_co = TypeVar("T_co", covariant=True)
MOST_ROWS = 200
MAX_CURSOR = 512  # characters; a cursor holds two or three sort keys


@dataclass(frozen=True, slots=True)
class Page(Generic[T_co]):
    """Some rows of a list, and the cursor of the next page (None at the end)."""

    rows: tuple[T_co, ...]
    next: str | None = None


def encode_cursor(*parts: str) -> str:
    """Return the sort keys of a page's last row as one opaque, address-safe word."""
    return base64.urlsafe_b64encode(canonical.dumps(list(parts))).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> list[str]:
    """Return the sort keys in a cursor; raise Invalid (`pages.cursor`) for anything else."""
    refusal = _no_such_page()
    if len(cursor) > MAX_CURSOR or not cursor.isascii():
        raise refusal
    try:
        data = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = canonical.loads(data)
    except (binascii.Error, Invalid):
        raise refusal from None
    if not isinstance(parts, list):
        raise refusal
    if not all(isinstance(part, str) and "\0" not in part for part in parts):
        raise refusal  # no key of ours has NUL, and PostgreSQL takes none
    return [str(part) for part in parts]


def bounded(limit: int) -> int:
    """Return how many rows a page may have: `limit`, from 1 to MOST_ROWS."""
    return max(1, min(limit, MOST_ROWS))


def last_id(cursor: str) -> UUID:
    """Return the key in the cursor of a list in the order of keys; Invalid as `decode_cursor`."""
    parts = decode_cursor(cursor)
    try:
        return UUID(parts[0])
    except (ValueError, IndexError):
        raise _no_such_page() from None


def _no_such_page() -> Invalid:
    return Invalid("pages.cursor", N_("This page of the list does not exist; begin again."))
