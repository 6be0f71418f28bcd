"""Processes that run seeds, for the tests here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulator.other_process import Simulator

PROCESSES = 2


@pytest.fixture(scope="package")
def simulators() -> Iterator[list[Simulator]]:
    made = [Simulator() for _ in range(PROCESSES)]
    yield made
    for each in made:
        each.end()
