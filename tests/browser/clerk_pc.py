"""A clerk's PC: the helper as a program of its own, SANE's test scanner, a printer that keeps."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.node import ROOT, Node

# `lp` and `lpstat` at their wire; desk/tests prints through a real CUPS.
LPSTAT = """#!/bin/sh
case "$1" in
  -r) echo "scheduler is running";;
  -e) echo receipt;;
  -d) echo "system default destination: receipt";;
esac
"""
LP = """#!/bin/sh
[ -e {paper}.off ] && {{ echo "lp: Destination \\"receipt\\" is not accepting jobs." >&2; exit 1; }}
for last; do :; done
echo "$@" >> {paper}.words
cp "$last" {paper}
"""


@dataclass
class ClerkPc:
    """The PC's helper and its machines."""

    port: int
    root: Path
    environ: dict[str, str]

    @property
    def paper(self) -> Path:
        return self.root / "paper"

    @property
    def folder(self) -> Path:
        return self.root / "scans"

    def command(self, *words: str) -> str:
        """Run `pishkhan-desk …`; return what it printed."""
        return subprocess.run(
            [sys.executable, "-m", "pishkhan_desk", *words], env=self.environ, check=True,
            capture_output=True, text=True, timeout=60,
        ).stdout  # fmt: skip

    def scanner(self, **settings: str) -> None:
        """Set the test scanner up."""
        usual = Path("/etc/sane.d/test.conf").read_text().splitlines()
        named = {name.replace("_", "-"): value for name, value in settings.items()}
        kept = [line for line in usual if line.split(" ")[0] not in named]
        text = "\n".join([*kept, *(f"{n} {v}" for n, v in named.items()), ""])
        (self.root / "sane.d" / "test.conf").write_text(text)

    def printed(self) -> bytes:
        """Return what lies on the paper, once it is there."""
        deadline = time.monotonic() + 60  # other stages run beside
        while not self.paper.exists():
            assert time.monotonic() < deadline
            time.sleep(0.1)
        return self.paper.read_bytes()


@contextmanager
def clerk_pc(root: Path, node: Node) -> Iterator[ClerkPc]:
    """Run the helper on the port that this node's pages look at."""
    for name in ("sane.d", "bin", "scans"):
        (root / name).mkdir(parents=True)
    (root / "sane.d" / "dll.conf").write_text("test\n")
    for name, text in (("lpstat", LPSTAT), ("lp", LP.format(paper=root / "paper"))):
        (root / "bin" / name).write_text(text)
        (root / "bin" / name).chmod(0o755)
    port = int(node.environ["PISHKHAN_DESK_PORT"])
    environ = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "desk" / "src"),
        "PATH": f"{root / 'bin'}:{os.environ['PATH']}",
        "SANE_CONFIG_DIR": str(root / "sane.d"),
        "PISHKHAN_DESK_HOME": str(root / "home"),
        "PISHKHAN_LANG": "en",
    }
    pc = ClerkPc(port, root, environ)
    pc.scanner()
    pc.command("folder", str(pc.folder))
    process = subprocess.Popen(
        [sys.executable, "-m", "pishkhan_desk", "run", "--port", str(port)],
        env=environ, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stdout
        assert str(port) in process.stdout.readline()
        try:
            yield pc
        finally:
            process.terminate()


def connect(page: Page, pc: ClerkPc) -> None:
    """Pair as a clerk does: the page shows a line, which is typed on the PC."""
    page.goto("/counter/pc")
    page.keyboard.press("Control+Enter")
    line = page.locator("[data-line]")
    line.wait_for()
    words = line.inner_text().split()
    assert words[:2] == ["pishkhan-desk", "pair"]
    pc.command(*words[1:])
    expect(page.locator("[data-paired]")).to_be_visible(timeout=15_000)
    expect(page.locator("[name=device] option")).to_have_count(3)
