"""A line that is cut after every few hundred bytes, and a caller that is killed: all comes once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.node.live import ROOT
from tests.relay.cutter import DOWN, UP
from tests.relay.line_ground import page

from pishkhan.relay import bundle
from pishkhan.relay.logic import bags

CUT = {"relay.line-cut", "relay.line-busy"}
"""How a cut line shows: at once, or while the centre still has the request that was cut."""
FILE = """
import sys, django
django.setup()
from uuid import UUID
from pathlib import Path
from django.conf import settings
from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel.blobs import BlobStore
from pishkhan.relay import api as relay
(node,) = directory.other_nodes()
blob = BlobStore(settings.BLOB_ROOT).put([Path(sys.argv[1]).read_bytes()])
with journal.act() as act:
    relay.send(
        act, from_office=journal.node_id(), to_office=node.id, kind="test.picture", version=1,
        payload={}, subject=node.id, blobs=(blob.digest,),
    )
    act.append("picture.sent", subject=node.id, actor="system", fields={})
relay.drain()
print(blob.digest)
"""


@pytest.mark.parametrize(("way", "step"), [(UP, 450), (DOWN, 200)])
def test_wherever_the_line_is_cut_everything_arrives_once(ground, tmp_path, way, step) -> None:
    before = ground.arrived()
    sent, uncut, at = 0, 0, 40
    ground.line.way = way
    while uncut < 2:
        ground.line.cut_at = at
        ground.village.do(accept=f"شماره {at}", page=str(page(tmp_path)))
        sent += 1
        first = ground.village.do(call=ground.line.address)
        # The line is cut once more on each further try, and each goes on where it was.
        second = ground.village.do(call=ground.line.address)
        uncut += "failed" not in first and "failed" not in second
        assert first.get("failed", "relay.line-cut") in CUT, first
        at += step
    ground.line.cut_at = None
    assert sent >= 8
    ground.until_quiet()
    found = ground.arrived()
    assert len(found["messages"]) - len(before["messages"]) == sent
    assert set(found["messages"].values()) == {1}
    assert set(found["states"]) == {"applied"}
    assert (found["files"], found["named"] >= sent, found["rejected"]) == (True, True, 0)


def test_what_crossed_before_a_cut_does_not_cross_again(ground, tmp_path) -> None:
    ground.until_quiet()
    scan = page(tmp_path, 500)
    size = scan.stat().st_size
    ground.village.do(accept="بزرگ", page=str(scan))
    ground.line.way, ground.line.cut_at = UP, size // 2
    assert "failed" in ground.village.do(call=ground.line.address)
    ground.line.cut_at = None
    ground.line.clear()
    assert ground.village.do(call=ground.line.address)["sent"] == 1
    assert ground.line.passed[UP] < size // 2 + 8_000

    ground.province.centre.script(FILE, str(scan_of(tmp_path)))
    ground.line.way, ground.line.cut_at = DOWN, 150_000
    assert "failed" in ground.village.do(call=ground.line.address)
    ground.line.cut_at = None
    ground.line.clear()
    assert ground.village.do(call=ground.line.address)["taken"] == 1
    assert ground.line.passed[DOWN] < 100_000 + 12_000


def scan_of(tmp_path: Path) -> Path:
    path = tmp_path / "picture"
    path.write_bytes(os.urandom(250_000))
    return path


@pytest.mark.parametrize("way", [UP, DOWN])
def test_a_caller_that_is_killed_goes_on_where_it_was(ground, tmp_path, way) -> None:
    ground.until_quiet()
    before = ground.arrived()
    if way == UP:
        ground.village.do(accept="کشته", page=str(page(tmp_path, 500)))
    else:
        ground.province.centre.script(FILE, str(scan_of(tmp_path)))
    ground.line.clear()
    ground.line.slow = 0.004
    ground.village.say(call=ground.line.address)
    deadline = time.monotonic() + 60
    while ground.line.passed[way] < 100_000:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    ground.line.broken = True
    ground.village.kill()
    time.sleep(0.5)
    ground.line.slow, ground.line.broken = 0.0, False
    ground.line.clear()
    ground.village.start()
    report = ground.village.do(call=ground.line.address)
    assert (report["sent"], report["taken"]) == ((1, 0) if way == UP else (0, 1))
    assert ground.line.passed[way] < 200_000
    ground.until_quiet()
    found = ground.arrived()
    assert len(found["messages"]) - len(before["messages"]) == (1 if way == UP else 0)
    assert set(found["messages"].values()) == {1}
    assert found["files"]


def test_the_villages_own_worker_carries_a_letter_at_once_and_then_rests(ground, tmp_path) -> None:
    ground.until_quiet()
    before = len(ground.arrived()["messages"])
    ground.line.clear()
    ground.village.do(call=ground.line.address)  # from now on the next call is due in minutes
    worker = subprocess.Popen(
        [sys.executable, "-m", "pishkhan", "worker"], cwd=ROOT, env=ground.province.village.env
    )
    try:
        ground.village.do(accept="کارگر", page=str(page(tmp_path)))
        deadline = time.monotonic() + 60
        while len(ground.arrived()["messages"]) == before:
            assert time.monotonic() < deadline
        time.sleep(1)
        ground.line.clear()
        time.sleep(6)
        assert ground.line.both == 0
    finally:
        worker.terminate()
        worker.wait(30)


def test_an_idle_line_and_one_with_a_letter_cost_few_bytes(ground, tmp_path) -> None:
    ground.until_quiet()
    ground.line.clear()
    assert ground.village.do(call=ground.line.address)["sent"] == 0
    idle = ground.line.both
    assert idle * 2 < 2_000  # two calls in ten minutes
    scan = page(tmp_path, 120)
    ground.village.do(accept="یک صفحه", page=str(scan))
    ground.line.clear()
    assert ground.village.do(call=ground.line.address)["sent"] == 1
    (bag,) = (ground.province.village.home / "line").glob("*/*.bag")
    manifest = bundle.read(bags.read_manifest(bag)[0])
    letter = sum(part.size for part in manifest.parts)
    assert letter < scan.stat().st_size + 1_500  # the words, two seals, a signature
    assert ground.line.both <= 1.05 * letter + 1_300, (ground.line.passed, letter)
