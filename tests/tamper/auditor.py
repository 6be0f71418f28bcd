"""Somebody who watched the log on both evenings."""

from __future__ import annotations

from pathlib import Path

from tests.tamper.checkers import GOOD, Told, monitor
from tests.tamper.node import Node


class Auditor:
    """A monitor with a memory of its own, which saw the honest log of both evenings."""

    def __init__(self, node: Node, folder: Path) -> None:
        self.node, self.state, self.policy = node, folder, node.policy
        for copy in (node.yesterday, node.today):
            assert self.look(copy.folder).exit == GOOD

    def look(self, *sources: Path | str) -> Told:
        return monitor(self.policy, self.state, *sources)

    def look_beside_his_copy(self, source: Path) -> Told:
        """Look with today's copy at hand: its tiles compare what is smaller, too."""
        return self.look(self.node.today.folder, source)
