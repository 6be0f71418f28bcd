"""The cells of a snapshot's rows, read strictly.

Each reader returns the value or raises ValueError. Pure; docs/protocol/directory-snapshot.md is
law.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import NameKind
from pishkhan.directory.contracts.calendars import Whose
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.rules import check_hours
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.money import Epoch

Cell = Callable[[Any], Any]

_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DEGREES = re.compile(r"-?[0-9]{1,3}\.[0-9]{7}")
_KEY = re.compile(r"[0-9a-f]{64}")
_MOST_INT = 2**53 - 1

MOST_DAYS = 500
MOST_TERMS = 500


def need(holds: bool) -> None:
    """Raise ValueError unless the condition holds."""
    if not holds:
        raise ValueError


def write_time(at: datetime) -> str:
    """Return an aware moment as `2026-01-02T03:04:05.000006Z`, always in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def write_degrees(degrees: float | None) -> str | None:
    """Return degrees with seven decimals, a centimetre; None stays."""
    return None if degrees is None else f"{degrees:.7f}"


def moment(value: Any) -> datetime:
    return datetime.fromisoformat(_match(_TIME, value))


def day(value: Any) -> date:
    return date.fromisoformat(_match(_DAY, value))


def key(value: Any) -> bytes:
    return bytes.fromhex(_match(_KEY, value))


def uuid(value: Any) -> UUID:
    need(isinstance(value, str))
    found = UUID(value)
    need(str(found) == value)
    return found


def flag(value: Any) -> bool:
    need(isinstance(value, bool))
    return bool(value)


def number(least: int, most: int = _MOST_INT) -> Cell:
    def read(value: Any) -> int:
        need(type(value) is int and least <= value <= most)
        return int(value)

    return read


def text(longest: int, *, required: bool = True) -> Cell:
    """Return the reader of one line, without control characters and halves of pairs."""

    def read(value: Any) -> str:
        need(isinstance(value, str) and len(value) <= longest)
        need(not required or bool(value.strip()))
        need(not any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value))
        return str(value)

    return read


def choice(kind: type[StrEnum]) -> Cell:
    def read(value: Any) -> str:
        need(isinstance(value, str))
        return kind(value).value

    return read


def degrees(bound: float) -> Cell:
    def read(value: Any) -> float:
        found = float(_match(_DEGREES, value))
        need(-bound <= found <= bound)
        return found

    return read


def maybe(cell: Cell) -> Cell:
    """Return the reader that lets None be."""
    return lambda value: None if value is None else cell(value)


def listed(cell: Cell, most: int) -> Cell:
    def read(value: Any) -> list[Any]:
        need(isinstance(value, list) and len(value) <= most)
        return [cell(each) for each in value]

    return read


def members(cells: dict[str, Cell], value: Any) -> dict[str, Any]:
    """Return an object's members, of which none may be missing and none unknown."""
    need(isinstance(value, dict) and value.keys() == cells.keys())
    return {name: cell(value[name]) for name, cell in cells.items()}


def hours(value: Any) -> dict[str, list[list[str]]]:
    need(isinstance(value, dict))
    try:
        return check_hours(value)
    except (Invalid, TypeError):
        raise ValueError from None


def other_name(value: Any) -> tuple[str, str]:
    """Return (kind, name) of a name beside the official one."""
    need(isinstance(value, list) and len(value) == 2)
    kind = choice(NameKind)(value[0])
    need(kind != NameKind.OFFICIAL)
    return kind, text(200)(value[1])


_TERM = {"code": text(60), "fa": text(60), "en": text(60), "retired": flag}
_SAID = {"day": day, "whose": choice(Whose), "works": flag, "name": text(120, required=False)}


def _terms(value: Any) -> Any:
    rows = listed(lambda each: members(_TERM, each), MOST_TERMS)(value)
    need(len({row["code"] for row in rows}) == len(rows) > 0)
    return value


def _said(value: Any) -> Any:
    of_agency = isinstance(value, dict) and value.get("whose") == Whose.AGENCY
    return members(_SAID | {"agency": uuid} if of_agency else _SAID, value)


def _calendar(value: Any) -> Any:
    members({"days": listed(_said, MOST_DAYS), "thursdays": listed(uuid, _MOST_INT)}, value)
    return value


def _tariff(value: Any) -> Any:
    cells: dict[str, Cell] = {"state": number(0), "commission": number(0)}
    if isinstance(value, dict) and "epoch" in value:
        cells["epoch"] = choice(Epoch)
    return members(cells, value)


SHARED_SETTINGS: dict[str, Cell] = {
    "calendar": _calendar,
    "letters.problem-days": number(1, 365),
    "letters.rating-days": number(1, 365),
    "paper.motto": text(120, required=False),
    "tariff.letter": _tariff,
    **{f"terms.{table.value}": _terms for table in Table},
}
"""Settings that hold for the whole province and that the counter's desk reads, with their forms."""

OWN_SETTINGS = frozenset(
    {
        "demonstration-data",
        "demonstration-made",
        "letters.cc-phrases",
        "notices.patterns",
        "notices.quiet-hours",
        "tracking.next-block",
    }
)
"""Settings that stay at their node: what it is, how it sends notices, the words of its agencies.

So do those of one agency, `agency.head.<id>`.
"""


def _match(form: re.Pattern[str], value: Any) -> str:
    need(isinstance(value, str) and form.fullmatch(value) is not None)
    return str(value)
