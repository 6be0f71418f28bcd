"""A map without tiles: places as marks of one drawing, so that it needs no line to anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import NamedTuple

WIDTH, MOST_HEIGHT, EDGE = 720, 520, 16
"""Units of the drawing; `EDGE` is kept free around the marks."""
LEAST = 0.05
"""Degrees that the drawing spans at least: one place alone is no world."""


class Place(NamedTuple):
    """What is drawn: degrees (WGS 84), words, a tone ("": it lives here), and where it leads."""

    lat: float
    lon: float
    name: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A place as it is drawn, in units of the drawing from its upper left corner."""

    x: int
    y: int
    place: Place


@dataclass(frozen=True, slots=True)
class Drawing:
    """The marks, those that need somebody last and so above the others."""

    height: int
    marks: Sequence[Mark]


def drawn(places: Iterable[Place]) -> Drawing | None:
    """Return the drawing of the places, north above; None if there is none.

    Equirectangular (plate carrée) with the scale of the middle latitude: true enough for a
    province.
    """
    found = sorted(places, key=lambda each: ("", "good", "done", "wait", "bad").index(each.tone))
    if not found:
        return None
    south, north = _span([each.lat for each in found])
    west, east = _span([each.lon for each in found])
    narrow = cos(radians((south + north) / 2))
    wide, high = (east - west) * narrow, north - south
    scale = min((WIDTH - 2 * EDGE) / wide, (MOST_HEIGHT - 2 * EDGE) / high)
    left = (WIDTH - wide * scale) / 2
    marks = [
        Mark(
            round(left + (each.lon - west) * narrow * scale),
            round(EDGE + (north - each.lat) * scale),
            each,
        )
        for each in found
    ]
    return Drawing(round(2 * EDGE + high * scale), marks)


def _span(degrees: Sequence[float]) -> tuple[float, float]:
    least, most = min(degrees), max(degrees)
    missing = max(0.0, LEAST - (most - least)) / 2
    return least - missing, most + missing
