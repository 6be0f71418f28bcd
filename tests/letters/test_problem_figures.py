"""What is published of problems tells of nobody."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from pishkhan.letters.contracts.figures import FEW, SMALL, SOME
from pishkhan.letters.contracts.problems import ProblemFigures, published

PARTS = ("in_time", "late", "open")


@given(st.tuples(*[st.integers(0, 40)] * 3))
def test_what_is_hidden_cannot_be_told_from_what_is_shown(numbers: tuple[int, ...]) -> None:
    shown = published(ProblemFigures("", *numbers))
    for name in (*PARTS, "opened"):
        number = shown[name]
        assert isinstance(number, str) or number >= SMALL
    alike = [each for each in possible(shown) if published(ProblemFigures("", *each)) == shown]
    assert numbers in alike
    for place, name in enumerate(PARTS):
        if shown[name] == FEW:
            assert len({each[place] for each in alike}) > 1


def possible(shown: dict[str, int | str]) -> Iterator[tuple[int, ...]]:
    """Give all that a reader may suppose: any small number where none is shown."""
    return product(*(range(SMALL) if shown[n] == FEW else [int(shown[n])] for n in PARTS))


def test_many_are_told_as_they_are() -> None:
    assert published(ProblemFigures("", 12, 7, 5)) == {
        "opened": 24,
        "in_time": 12,
        "late": 7,
        "open": 5,
    }
    assert published(ProblemFigures("", 12, 7, 1)) == {
        "opened": SOME,
        "in_time": 12,
        "late": 7,
        "open": FEW,
    }
    assert set(published(ProblemFigures("", 1, 0, 0)).values()) == {FEW}
