"""A second scan of one paper is known, and another letter is not taken for it."""

from __future__ import annotations

from itertools import combinations

import pytest
from PIL import Image

from pishkhan.letters.logic.page_look import ALIKE, COLUMNS, ROWS, look, unlikeness
from tests.letters.scans import scanned, written

FIRST = look(scanned(written(1)))


@pytest.mark.parametrize(
    "again",
    [
        {"tilt": 1.0},
        {"tilt": -2.0},
        {"light": 190},
        {"crop": 10},
        {"scale": 2.0},
        {"scale": 0.7},
        {"tilt": 0.8, "light": 220, "crop": 6, "scale": 1.3},
    ],
    ids=str,
)
def test_a_second_scan_looks_like_the_first(again: dict[str, float]) -> None:
    found = look(scanned(written(1), **again))  # type: ignore[arg-type] # whole numbers where they are asked for
    assert unlikeness(FIRST, found) <= ALIKE


def test_a_sheet_put_in_upside_down_is_known() -> None:
    turned = scanned(written(1)).transpose(Image.Transpose.ROTATE_180)
    assert unlikeness(FIRST, look(turned)) <= ALIKE


def test_other_letters_do_not_look_like_it() -> None:
    looks = [look(scanned(written(n))) for n in range(1, 13)]
    assert all(len(each) == COLUMNS * ROWS // 8 for each in looks)
    assert [pair for pair in combinations(looks, 2) if unlikeness(*pair) <= ALIKE] == []


def test_an_empty_sheet_looks_like_nothing() -> None:
    empty = look(scanned(Image.new("L", (600, 800), 255)))
    assert empty == b""
    assert unlikeness(empty, empty) == 1
    assert unlikeness(FIRST, empty) == 1
    assert look(Image.new("RGB", (1, 1), "white")) == b""
