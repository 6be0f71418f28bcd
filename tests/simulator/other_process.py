"""A process that runs seeds, spoken to by lines of JSON.

Asked `{"seed", "fault": name or null, "disaster": name or null}` it answers `{"seed", "broken":
name of the invariant or null, "trace": [...], "seconds"}`, seconds of its processor.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


class Simulator:
    """A process that runs seeds."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.simulator", "--serve"],
            cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "PYTHONHASHSEED": "0"},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip

    def ask(self, seed: int, *, fault: str | None = None, disaster: str | None = None) -> None:
        """Let it begin a seed."""
        assert self.process.stdin is not None
        wanted = {"seed": seed, "fault": fault, "disaster": disaster}
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()

    def answer(self) -> dict[str, Any]:
        """Wait for what came of the oldest seed asked for."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the simulator ended with {self.process.wait()}")
        told: dict[str, Any] = json.loads(line)
        return told

    def run(
        self, seed: int, *, fault: str | None = None, disaster: str | None = None
    ) -> dict[str, Any]:
        """Run a seed and wait."""
        self.ask(seed, fault=fault, disaster=disaster)
        return self.answer()

    def end(self) -> None:
        """End the process."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.process.stdout.close()


def answers(simulators: list[Simulator], seeds: list[int]) -> Iterator[dict[str, Any]]:
    """Yield what came of the seeds, dealt out evenly: each simulator always has one before it."""
    hands = [seeds[n :: len(simulators)] for n in range(len(simulators))]
    for simulator, hand in zip(simulators, hands, strict=True):
        simulator.ask(hand[0])
    for place in range(len(hands[0])):
        for simulator, hand in zip(simulators, hands, strict=True):
            if place < len(hand):
                told = simulator.answer()
                if place + 1 < len(hand):
                    simulator.ask(hand[place + 1])
                yield told
