"""Fifty lives of a province; `python -m tests.simulator 1000` runs a thousand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.simulator.other_process import Simulator, answers

SEEDS = range(50)
Told = dict[str, Any]


@pytest.fixture(scope="module")
def told_of(
    request: pytest.FixtureRequest, simulators: list[Simulator]
) -> Iterator[Callable[[int], Told]]:
    """Return what came of a seed; the processes are always one seed ahead of the tests."""
    wanted: list[int] = [
        int(str(item.callspec.params["seed"]))
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.originalname == test_seed.__name__
    ]
    coming = answers(simulators, wanted)
    come: dict[int, Told] = {}

    def told(seed: int) -> Told:
        while seed not in come:
            told = next(coming)
            come[told["seed"]] = told
        return come[seed]

    yield told
    for _ in coming:  # after a failure that stopped the run
        pass


@pytest.mark.parametrize("seed", SEEDS)
def test_seed(seed: int, told_of: Callable[[int], Told]) -> None:
    told = told_of(seed)
    assert told["broken"] is None, "\n".join(told["trace"])


def test_a_seed_is_the_same_life_in_every_process(simulators: list[Simulator]) -> None:
    one, other = simulators
    lives = [each.run(3)["trace"] for each in (one, other, one)]
    assert lives[0] == lives[1] == lives[2]
    assert len(lives[0]) > 50
    assert one.run(4)["trace"] != lives[0]
