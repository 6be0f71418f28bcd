"""Programs that nobody here wrote speak with ours: a client of tus, and a server."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.node.live import ROOT
from tests.relay.cutter import UP, cutting
from tests.relay.line_ground import page

from pishkhan.relay.carriers import tus
from pishkhan.relay.carriers.http import LineFailed, Wire

HERE = Path(__file__).parent
CONTACT = """
import json, sys, django
django.setup()
from pishkhan.relay import api as relay
from pishkhan.relay.carriers.http import Wire
from pishkhan.relay.logic import call, kept
row = kept.line_to(relay.only_centre())
bag = kept.bag_for(row, light=False)
with Wire(sys.argv[1]) as wire:
    answer = call._hello(wire, row, light=False)
print(json.dumps({
    "token": answer.token, "path": str(kept.path_of(row)), "size": bag.size, "sha256": bag.sha256,
}))
"""


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the two programs and what they need, installed from the lock file."""
    folder = tmp_path_factory.mktemp("programs")
    for source in (ROOT / "package.json", ROOT / "package-lock.json", *HERE.glob("tus_*.mjs")):
        shutil.copy(source, folder)
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=300)
    return folder


def test_a_public_client_of_tus_uploads_a_bag_is_cut_and_resumes(
    ground, programs, tmp_path
) -> None:
    ground.until_quiet()
    before = ground.arrived()
    ground.village.do(accept="برنامهٔ دیگران", page=str(page(tmp_path, 600)))
    told = json.loads(ground.province.village.script(CONTACT, ground.straight).splitlines()[-1])
    ground.line.way, ground.line.cut_at = UP, 100_000
    ground.line.clear()
    done = subprocess.run(
        [
            "node", str(programs / "tus_client.mjs"), f"{ground.line.address}/up", told["path"],
            told["token"], told["sha256"],
        ],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    ground.line.cut_at = None
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tries"] >= 2
    assert ground.line.passed[UP] < told["size"] * 1.5
    found = ground.arrived()
    assert len(found["messages"]) == len(before["messages"]) + 1
    # Our own next contact hears that this very bag was taken, and sends nothing again.
    ground.line.clear()
    assert ground.village.do(call=ground.line.address)["sent"] == 0
    assert ground.line.passed[UP] < 5_000


@contextmanager
def tus_server(programs: Path, folder: Path) -> Iterator[int]:
    server = subprocess.Popen(
        ["node", str(programs / "tus_server.mjs"), str(folder)],
        cwd=ROOT, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert server.stdout is not None
        yield int(server.stdout.readline())
    finally:
        server.kill()
        server.wait()
        assert server.stdout is not None
        server.stdout.close()


@pytest.mark.parametrize("with_creation", [True, False])
def test_our_client_is_cut_and_resumes_at_a_public_server_of_tus(
    programs, tmp_path: Path, with_creation: bool
) -> None:
    data = os.urandom(300_000)
    path = tmp_path / "bag"
    path.write_bytes(data)
    folder = tmp_path / "files"
    folder.mkdir()
    addresses: list[str] = []
    with (
        tus_server(programs, folder) as port,
        cutting(port) as line,
        path.open("rb") as source,
        Wire(f"http://127.0.0.1:{line.own}") as wire,
    ):
        sending = tus.Sending(
            source, len(data), "/files", metadata={"sha256": "0" * 16}, remember=addresses.append
        )
        line.cut_at, cuts, codes = 90_000, 0, set()
        while sending.offset != sending.size:
            try:
                # A request that makes room and is cut has told no address: it is made once more.
                tus.send(wire, sending, with_creation=with_creation and cuts == 0)
            except LineFailed as error:
                codes.add(error.code)
                cuts += 1
                assert cuts < 20
        assert cuts >= 3
        assert codes <= {"relay.line-cut", "relay.line-busy"}
        assert line.passed[UP] < len(data) * 1.6 + (90_000 if with_creation else 0)
        stored = folder / addresses[-1].rpartition("/")[2]
        assert stored.read_bytes() == data
