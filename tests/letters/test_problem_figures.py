"""What is published of problems tells of nobody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pishkhan.letters.contracts.problems import FEW, SMALL, SOME, ProblemFigures, published

PARTS = ("in_time", "late", "open")


@given(st.tuples(*[st.integers(0, 40)] * 3))
def test_what_is_hidden_cannot_be_told_from_what_is_shown(numbers: tuple[int, ...]) -> None:
    real = ProblemFigures("", *numbers)
    shown = published(real)
    for name in (*PARTS, "opened"):
        number = shown[name]
        assert isinstance(number, str) or number >= SMALL
    for name in PARTS:
        if shown[name] == FEW:
            place = PARTS.index(name)
            others = (n for n in range(SMALL) if n != numbers[place])
            alike = ((*numbers[:place], n, *numbers[place + 1 :]) for n in others)
            assert any(published(ProblemFigures("", *each)) == shown for each in alike)


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
