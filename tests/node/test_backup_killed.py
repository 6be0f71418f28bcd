"""Backup, restore and drill killed in the middle: no half of anything is taken for a whole."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from tests.node import live
from tests.node.backups import (
    Place,
    blobs_of,
    command,
    refused,
    store,
)

pytestmark = pytest.mark.engine  # the places lie in the lane's server


def begun(place: Place, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pishkhan", *map(str, words)],
        cwd=live.ROOT,
        env=live.environ_of(place.home, place.database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(
    start: Callable[[], subprocess.Popen[bytes]],
    seen: Callable[[], bool],
    half: Callable[[], object],
) -> None:
    """Kill a process outright, with what it started, as soon as something is seen of it.

    On a busy machine it may be done before it is seen: then it is started once more.
    """
    for _ in range(9):
        process = start()
        while not seen() and process.poll() is None:
            time.sleep(0.005)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and half():
            return
    raise AssertionError("it was always done before it was killed")


def test_killed_in_the_middle_a_backup_leaves_no_half_and_the_next_goes_on(node, tmp_path):
    folder = tmp_path / "fresh"
    store(node.home, 3000, size=5_000)

    def start() -> subprocess.Popen[bytes]:
        shutil.rmtree(folder, ignore_errors=True)
        return begun(node, "backup", folder)

    killed(
        start,
        lambda: len(list((folder / "blobs").glob("??/*"))) > 300,
        lambda: list((folder / "sets").glob(".part-*")),
    )
    assert not list((folder / "sets").glob("2*"))
    assert command(node, "backup", folder, "--list") == []
    made = command(node, "backup", folder)
    assert made["blobs"] == 3040
    assert made["copied"] < 3040 - 300
    assert not list((folder / "sets").glob(".part-*"))
    assert blobs_of(folder) == blobs_of(node.home)
    killed(
        lambda: begun(node, "backup", folder, "--drill"),
        lambda: bool(list(folder.glob(".drill-*/*/blobs/8?"))),
        lambda: list(folder.glob(".drill-*")),
    )
    command(node, "backup", folder, "--drill")
    assert not list(folder.glob(".drill-*"))


def test_killed_in_the_middle_a_restore_starts_nothing_and_goes_on(ground, node, tmp_path):
    folder = tmp_path / "fresh"
    store(node.home, 3000, size=5_000)
    command(node, "backup", folder)
    places: list[Place] = []

    def start() -> subprocess.Popen[bytes]:
        places.append(ground.place(f"try {len(places)}"))
        return begun(places[-1], "restore", folder)

    killed(
        start,
        lambda: len(list((places[-1].home / "blobs").glob("??/*"))) > 300,
        lambda: list(places[-1].home.glob("restoring")),
    )
    again = places[-1]
    assert "has not ended" in refused(again, "serve")
    command(again, "restore", folder)
    assert blobs_of(again.home) == blobs_of(node.home)
    assert command(again, "check")["ok"]
