"""The node goes on to its next log key: root, request, statement, switch; who keeps what of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from pishkhan.sealing import api as sealing
from pishkhan.sealing import offline, papers
from pishkhan.sealing.contracts import KeyUse, Reason, Revoked, key_id_of
from tests.letters.world import drain, page
from tests.tamper.checkers import Told, verify
from tests.tamper.node import Node, Paper, evening, paper

WORDS = "six plain words of a passphrase"


@dataclass(frozen=True)
class Chain:
    """What the ceremony left: the root, its papers, and what was printed after the switch."""

    folder: Path
    third: Paper
    former: sealing.RawKey
    """What the thief has: it still signs by the key of before."""

    def root(self) -> offline.RootFile:
        return offline.open_root(self.folder / "root", WORDS)

    def revoke(self, reason: Reason) -> None:
        """Revoke the former key as of now; the node takes the list."""
        at = clock.current().now().replace(microsecond=0)
        gone = Revoked(key_id_of(self.former.public), at, reason)
        data = offline.revoke(self.root(), [gone], days=90)
        (self.folder / "list").write_bytes(data)
        papers.take_papers(SYSTEM, data)

    def by_roots(self, node: Node, *inputs: Path | str, require: str = "promised") -> Told:
        """Verify by a policy that has no log's key: all come from the root."""
        lines = node.policy.read_text().splitlines(keepends=True)
        policy = self.folder / "policy"
        policy.write_text("".join(line for line in lines if not line.startswith("log ")))
        more: list[Path | str] = ["--roots", self.folder / "roots"]
        more += ["--statements", self.folder / "stated"]
        if (self.folder / "list").exists():
            more += ["--revocations", self.folder / "list"]
        return verify(policy, *inputs, *more, require=require)


@pytest.fixture
def chain(node: Node, tmp_path: Path) -> Chain:
    folder = tmp_path / "ceremony"
    folder.mkdir()
    line = offline.make(folder / "root", node.world.agency, WORDS)
    (folder / "roots").write_bytes(b"# date: 2026-11-01\n" + line)
    papers.register_root(SYSTEM, line)

    def state(request: bytes) -> bytes:
        root = offline.open_root(folder / "root", WORDS)
        return offline.state(root, offline.read_request(request)[1])

    first = state(papers.key_request())
    papers.take_papers(SYSTEM, first)
    second = state(papers.next_request(papers.make_next(SYSTEM, KeyUse.LOG)))
    papers.take_papers(SYSTEM, second)
    (folder / "stated").write_bytes(first + second)
    former = sealing.LogKey().of(1)
    assert former.public
    evening(node.clock, node.witnesses)
    papers.switch_key(SYSTEM, KeyUse.LOG)
    node.clock.advance(timedelta(hours=1))
    third = node.world.accept(pages=(page("five"),))
    drain()
    evening(node.clock, node.witnesses)
    return Chain(folder, paper(folder / "third", node.world, third, "five"), former)
