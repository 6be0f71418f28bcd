"""JSON read strictly (RFC 7493) and written in its one form (RFC 8785). Pure."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from pishkhan_verify.errors import Unreadable

MOST_BYTES = 256 * 1024
MOST_INT = 2**53 - 1  # RFC 7493, 2.2
MOST_DIGITS = 24  # no double of RFC 8785 is longer without an exponent


def read(data: bytes) -> Any:
    """Return the value of JSON in its RFC 8785 form.

    Raises Unreadable (`json-bad`) for anything else: other spellings, names twice, NaN.
    """
    if len(data) > MOST_BYTES:
        raise Unreadable("json-bad")
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_no_number,
            parse_int=_int,
        )
        same = write(value) == data
    except (ValueError, RecursionError):
        raise Unreadable("json-bad") from None
    if not same:
        raise Unreadable("json-bad")
    return value


def write(value: Any) -> bytes:
    """Return the RFC 8785 form of a value that `read` made. ValueError when it has none."""
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, float):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


def number(value: float) -> str:
    """Return a double as ECMAScript writes it (RFC 8785, 3.2.2.3): shortest digits that fit."""
    if not math.isfinite(value):
        raise ValueError("not a JSON number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    digits = (whole + part).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + part) - len(digits))
    digits = digits.rstrip("0")
    if 0 < point <= 21:
        whole, part = digits[:point].ljust(point, "0"), digits[point:]
        return sign + whole + (f".{part}" if part else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    part = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{part}e{'+' if point > 0 else '-'}{abs(point - 1)}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _no_number(_word: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _int(text: str) -> int | float:
    if len(text) > MOST_DIGITS:  # before it costs time
        raise ValueError("too long for a double")
    exact = int(text)
    return exact if -MOST_INT <= exact <= MOST_INT else float(text)
