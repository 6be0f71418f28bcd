"""A fingerprint of how a page looks, by which a second scan of one paper is known. Pillow only.

The usual hashes of pictures (a difference hash of 8×8 or 16×16 grey values, which the libraries
for it offer too) know a rescan of a letter in one case of four: a letter is white paper, and of
what differs in it they see little. So the page is first made alike: ink apart from paper by the
light around it, lines made level, the ink's middle and spread brought to one measure. What is left
is 32×48 cells that have ink or none. Figures in docs/reference/likeness.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

COLUMNS, ROWS = 32, 48
ALIKE = 0.28
"""Up to this unlikeness two pages are taken for scans of one paper."""

WIDTH = 320  # pixels in which a page is looked at
_INK = 26  # of 255 darker than the paper around it
_LEAST_INK = 0.002
_SHARE = 0.65  # of the cells count as paper
_REACH = 2.1  # spreads of the ink around its middle
_FINE = 3  # points a cell each way
_TILTS = ((0.5, 2.5), (0.125, 0.375))  # step and span in degrees, first roughly, then finely
_PAD = 2


def look(picture: Any) -> bytes:
    """Return the fingerprint of a Pillow picture, ROWS of COLUMNS bits; b"" where nothing stands.

    `picture` is 8 bits deep; its size plays no part.
    """
    from PIL import Image

    ink = _ink(picture.convert("L"))
    if sum(_profile(ink, (1, 1))) < 255 * _LEAST_INK:
        return b""
    ink = _level(ink)
    across, down = _profile(ink, (ink.width, 1)), _profile(ink, (1, ink.height))
    (x, wide), (y, high) = _middle(across), _middle(down)
    size = (COLUMNS * _FINE, ROWS * _FINE)
    step_x, step_y = 2 * _REACH * wide / size[0], 2 * _REACH * high / size[1]
    frame = (step_x, 0, x - _REACH * wide, 0, step_y, y - _REACH * high)
    even = ink.transform(size, Image.Transform.AFFINE, frame, Image.Resampling.BILINEAR)
    cells = _profile(even, (COLUMNS, ROWS))
    paper = sorted(cells)[int(len(cells) * _SHARE)]
    bits = 0
    for cell in cells:
        bits = bits << 1 | (cell > paper)
    return bits.to_bytes(COLUMNS * ROWS // 8, "big")


def unlikeness(one: bytes, other: bytes) -> float:
    """Return how unlike two fingerprints are, 0 to 1: the share of inked cells that one lacks.

    The best of nine places a cell apart, upright and upside down; 1 where either is empty.
    """
    if not one or not other:
        return 1.0
    mine = _spread(one)
    return min(_apart(mine, _spread(theirs)) for theirs in (other, _turned(other)))


def _apart(mine: int, theirs: int) -> float:
    whole = mine.bit_count() + theirs.bit_count()
    row, best = COLUMNS + 2 * _PAD, 0
    for down in (-1, 0, 1):
        for across in (-1, 0, 1):
            by = down * row + across
            best = max(best, (mine & (theirs << by if by >= 0 else theirs >> -by)).bit_count())
    return 1 - best / (whole - best) if whole else 1.0


@lru_cache(512)
def _spread(given: bytes) -> int:
    """Return the bits with room around each row, so that a page can be moved by a cell."""
    bits, made = int.from_bytes(given, "big"), 0
    row, mask = COLUMNS + 2 * _PAD, (1 << COLUMNS) - 1
    for n in range(ROWS):
        made |= (bits >> n * COLUMNS & mask) << _PAD + (n + _PAD) * row
    return made


def _turned(given: bytes) -> bytes:
    bits = f"{int.from_bytes(given, 'big'):0{COLUMNS * ROWS}b}"
    return int(bits[::-1], 2).to_bytes(len(given), "big")


def _ink(grey: Any) -> Any:
    from PIL import Image, ImageChops, ImageFilter

    high = max(1, min(4 * WIDTH, round(grey.height * WIDTH / grey.width)))
    small = grey.resize((WIDTH, high), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.BoxBlur(WIDTH // 16))
    darker = ImageChops.subtract(paper, small)
    return darker.point([255 if value >= _INK else 0 for value in range(256)])


def _level(ink: Any) -> Any:
    """Return the ink turned so that its lines lie level: their rows then differ most."""
    from PIL import Image

    half = WIDTH // 2
    small = ink.resize((half, max(1, ink.height * half // ink.width)), Image.Resampling.BOX)
    best = 0.0
    for step, span in _TILTS:
        many = int(span / step)
        tried = [best + n * step for n in range(-many, many + 1)]
        best = max(tried, key=lambda tilt: (_rows_differ(small, tilt), -abs(tilt)))
    return ink.rotate(best, Image.Resampling.BILINEAR) if best else ink


def _rows_differ(small: Any, tilt: float) -> float:
    from PIL import Image

    rows = _profile(small.rotate(tilt, Image.Resampling.BILINEAR), (1, small.height))
    mean = sum(rows) / len(rows)
    return sum((row - mean) ** 2 for row in rows)


def _profile(picture: Any, size: tuple[int, int]) -> bytes:
    from PIL import Image

    made: bytes = picture.resize(size, Image.Resampling.BOX).tobytes()
    return made


def _middle(weights: Sequence[int]) -> tuple[float, float]:
    """Return where the middle of the weights lies, and how far they spread from it."""
    whole = sum(weights) or 1
    middle = sum(at * weight for at, weight in enumerate(weights)) / whole
    spread = sum((at - middle) ** 2 * weight for at, weight in enumerate(weights)) / whole
    return middle, math.sqrt(spread) or 1.0
