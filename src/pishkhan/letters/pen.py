"""What a pen wrote on a page: strokes of points, checked and bounded. Pure.

A point is `[x, y]` or `[x, y, pressure]`: x from the left and y from the top of the upright page in
ten-thousandths of its width and height, pressure from 0 to 255. Whole numbers only, so that the
digest of what was written is the same everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid, Message

FAR, HARD = 10_000, 255
MOST_STROKES = 300
MOST_POINTS = 2_500
"""Points of one note: an initial has some hundred, a full line of an order a thousand."""

Strokes = tuple[tuple[tuple[int, ...], ...], ...]


def checked(given: object) -> Strokes:
    """Return the strokes; Invalid (field `strokes`) for none, too many, or what is no stroke."""
    if not isinstance(given, list) or not given:
        raise _wrong(N_("Nothing was written on the page."))
    if len(given) > MOST_STROKES:
        raise _wrong(N_("This is too much for one note by pen; put it on record in parts."))
    left = MOST_POINTS
    strokes = []
    for stroke in given:
        if not isinstance(stroke, list) or not stroke:
            raise _broken()
        left -= len(stroke)
        if left < 0:
            raise _wrong(N_("This is too much for one note by pen; put it on record in parts."))
        strokes.append(tuple(_point(each) for each in stroke))
    return tuple(strokes)


def digest(strokes: Sequence[Sequence[Sequence[int]]]) -> str:
    """Return the SHA-256 of the strokes' canonical JSON, hexadecimal."""
    plain = [[list(point) for point in stroke] for stroke in strokes]
    return hashlib.sha256(canonical.dumps(plain)).hexdigest()


def _point(given: object) -> tuple[int, ...]:
    if not isinstance(given, list) or len(given) not in (2, 3):
        raise _broken()
    bounds = (FAR, FAR, HARD)
    if any(type(n) is not int or not 0 <= n <= bounds[at] for at, n in enumerate(given)):
        raise _broken()
    return tuple(given)


def _broken() -> Invalid:
    return _wrong(N_("What was written cannot be read; write it again."))


def _wrong(sentence: str) -> Invalid:
    return Invalid("letters.bad-strokes", fields={"strokes": Message(sentence)})
