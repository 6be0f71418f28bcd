"""A served centre that works, a village's node as a process, and a line between them to be cut."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.node import two_nodes
from tests.node.live import ROOT, running
from tests.node.two_nodes import Province, Side
from tests.relay.cutter import Cutter, cutting

VILLAGE = """
import django
django.setup()
from tests.relay import line_village
line_village.main()
"""
ARRIVED = """
import json, django
django.setup()
from collections import Counter
from pishkhan.kernel.blobs import BlobStore
from django.conf import settings
from pishkhan.relay.models import Inbound, Outgoing, Rejection
from pishkhan.relay import protocol
store = BlobStore(settings.BLOB_ROOT)
rows = list(Inbound.objects.exclude(kind="relay.receipt"))
named = [d for row in rows for d in protocol.read(bytes(row.envelope.header)).blobs]
print(json.dumps({
    "messages": Counter(str(row.message) for row in rows),
    "states": Counter(row.state for row in rows),
    "files": all(store.verify(d) for d in named), "named": len(named),
    "rejected": Rejection.objects.count(),
}))
"""


@dataclass
class Village:
    """The village's node, told what to do."""

    side: Side
    process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", VILLAGE], cwd=ROOT, env=self.side.env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def say(self, **told: object) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(told) + "\n")
        self.process.stdin.flush()

    def hear(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdout is not None
        found: dict[str, Any] = json.loads(self.process.stdout.readline())
        return found

    def do(self, **told: object) -> dict[str, Any]:
        self.say(**told)
        return self.hear()

    def kill(self) -> None:
        """End it as a power cut does."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self.end()

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            for pipe in (self.process.stdin, self.process.stdout):
                with suppress(OSError):  # what it was told last may not have reached it
                    if pipe is not None:
                        pipe.close()
            self.process = None


@dataclass
class Ground:
    """A centre that is served and works, a village, and the line between them."""

    province: Province
    village: Village
    line: Cutter
    port: int

    @property
    def straight(self) -> str:
        return f"http://127.0.0.1:{self.port}/relay"

    def until_quiet(self) -> None:
        """Let contacts follow each other until nothing waits in the village any more."""
        for _contact in range(20):
            found = self.village.do(call=self.straight)
            assert "failed" not in found, found
            if self.village.do(waiting=1)["waiting"] == 0:
                return
            time.sleep(0.5)
        raise AssertionError("it does not become quiet")

    def arrived(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.province.centre.script(ARRIVED).splitlines()[-1])
        return found


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    province = two_nodes.found(tmp_path_factory.mktemp("cut"))
    two_nodes.join(province)
    province.centre.run("migrate")
    village = Village(province.village)
    told = {"token": "", "cookies": {}, "agency": ""}
    with running(province.centre.home, told, "--workers", "1") as node, cutting(node.port) as line:
        worker = subprocess.Popen(
            [sys.executable, "-m", "pishkhan", "worker"], cwd=ROOT, env=province.centre.env
        )
        try:
            village.start()
            yield Ground(province, village, line, node.port)
        finally:
            village.end()
            worker.terminate()
            worker.wait(30)


def page(tmp_path: Path, size: int = 60) -> Path:
    """Return a small picture that no letter had before; noise, for it must not be packed."""
    path = tmp_path / f"{os.urandom(4).hex()}.png"
    data = io.BytesIO()
    Image.frombytes("L", (size, size), os.urandom(size * size)).save(data, "PNG")
    path.write_bytes(data.getvalue())
    return path
