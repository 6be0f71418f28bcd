"""Canonical JSON (RFC 8785) out, strict I-JSON (RFC 7493) in."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

import rfc8785

from pishkhan.kernel.errors import N_, Invalid

# RFC 7493, section 2.2: integers beyond this lose digits in most readers.
_MAX_INT = 2**53 - 1


def dumps(obj: Any) -> bytes:
    """Return the RFC 8785 form of `obj`: None, bool, int, float, str, list, tuple, dict.

    Raises Invalid (`canonical.unfit`) for any other type, integers beyond ±(2⁵³−1), NaN,
    infinities and lone surrogates.
    """
    try:
        return rfc8785.dumps(obj)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, RecursionError):
        raise Invalid("canonical.unfit", N_("The data cannot be written as JSON.")) from None


def loads(data: bytes) -> Any:
    """Return the value of JSON text in UTF-8.

    Raises Invalid (`canonical.malformed`) for anything but strict JSON: invalid UTF-8, a byte
    order mark, duplicate names, NaN and infinities, numbers that a double cannot hold, lone
    surrogates, or nesting too deep to read. An integer beyond ±(2⁵³−1) is a float, and is read
    only in the form in which RFC 8785 writes that float.
    """
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_constant=_refuse,
            parse_float=_float,
            parse_int=_int,
        )
        if b"\\u" in data:
            # An escape is the one way past the decoder for half a surrogate pair.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        return value
    except (ValueError, RecursionError):
        # The parser's own words may quote what was read, so they go no further.
        raise Invalid("canonical.malformed", N_("The data is not proper JSON.")) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate name")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("not a JSON number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("beyond a double")
    return number


def _int(text: str) -> int | float:
    # Length first: turning a million digits into an integer costs quadratic time.
    if len(text) <= 22:
        if -_MAX_INT <= (number := int(text)) <= _MAX_INT:
            return number
        # RFC 8785 writes a double up to 1e21 without an exponent; no other text may stand for it.
        if rfc8785.dumps(double := float(text)) == text.encode():
            return double
    raise ValueError("beyond a double")
