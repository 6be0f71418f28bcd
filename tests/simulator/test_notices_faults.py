"""What is put wrong on purpose is noticed, and by the invariant that is meant to notice it."""

from __future__ import annotations

import pytest

from tests.simulator import invariants
from tests.simulator.faults import FAULTS
from tests.simulator.other_process import Simulator

MOST_SEEDS = 60
NAMES = {
    invariants.LOST,
    invariants.DOUBLED,
    invariants.CUSTODY,
    invariants.NUMBERS,
    invariants.STREAMS,
    invariants.FSCK,
    invariants.SURPRISE,
}


QUICK = {"a letter is taken and not written down", "a number is told twice", "an import fails"}
"""Tried in every run; the others in the slow lane, for three minutes."""
assert FAULTS.keys() >= QUICK


@pytest.mark.parametrize(
    "name",
    [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in FAULTS],
)
def test_fault_is_noticed(name: str, simulators: list[Simulator]) -> None:
    fault = FAULTS[name]
    found = []
    for first in range(0, MOST_SEEDS, len(simulators)):
        for n, each in enumerate(simulators):
            each.ask(first + n, fault=name, disaster=fault.disaster)
        found += [each.answer()["broken"] for each in simulators]
        if fault.told_by in found:
            return
    pytest.fail(f"{fault.told_by} was never told, but {found}")


def test_each_invariant_has_a_fault_that_it_notices() -> None:
    assert {fault.told_by for fault in FAULTS.values()} == NAMES
