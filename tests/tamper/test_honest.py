"""What is not tampered with is good to everyone: else the other tests here would prove nothing."""

from __future__ import annotations

from pathlib import Path

from tests.tamper.checkers import GOOD, fsck, journal_check, monitor, verify
from tests.tamper.node import Node


def test_an_honest_node_passes_every_check(node: Node, tmp_path: Path) -> None:
    early, late = node.early, node.late
    assert fsck().words == ""
    assert journal_check().exit == GOOD
    for paper in (early, late):
        given = (paper.promise, paper.path)
        told = verify(node.policy, *given, code=paper.code, pages=paper.pages)
        assert told.exit == GOOD, told
    told = verify(node.policy, early.promise, early.proof, require="witnessed")
    assert told.exit == GOOD, told
    told = verify(
        node.policy, node.yesterday.checkpoint, node.today.checkpoint, tiles=node.today.folder
    )
    assert told.exit == GOOD, told
    assert verify(node.policy, tiles=node.today.folder, require="witnessed").exit == GOOD
    for copy in (node.yesterday, node.today):
        told = monitor(node.policy, tmp_path / "state", copy.folder, promises=(early.promise,))
        assert told.exit == GOOD, told
    assert "was kept" in told.words
