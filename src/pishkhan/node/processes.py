"""Starts processes of this node and ends all of them, whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from pishkhan.node import parent

PATIENCE = 15.0  # seconds between SIGTERM and SIGKILL


class Processes:
    """Children, each in a session of its own. Leaving the `with` block ends them all."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start `pishkhan <arguments>`; it follows this process into its end."""
        parent.lead()
        child = subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "pishkhan", *arguments], start_new_session=True
        )
        self.running.append(child)
        return child

    def wait(self, *children: subprocess.Popen[bytes]) -> int:
        """Return the exit code of the first of these (or all) children that ends."""
        while True:
            for child in children or self.running:
                code = child.poll()
                if code is not None:
                    return code
            time.sleep(0.2)

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _interrupt)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C may not leave orphans
        deadline = time.monotonic() + PATIENCE
        end(self.running, signal.SIGTERM)
        for child in self.running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(deadline - time.monotonic(), 0.1))
        end(self.running, signal.SIGKILL)
        signal.signal(signal.SIGINT, signal.default_int_handler)


def end(children: Sequence[subprocess.Popen[bytes]], number: int) -> None:
    """Send a signal to every child's whole group; one that is gone is no fault."""
    for child in children:
        if number == signal.SIGTERM and child.poll() is not None:
            continue
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def wait_until_ready(
    address: str, children: Sequence[subprocess.Popen[bytes]], patience: float
) -> bool:
    """Return True once GET `address` answers 200; False when a child ended or patience did."""
    deadline = time.monotonic() + patience
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        if any(child.poll() is not None for child in children):
            return False
        with contextlib.suppress(OSError), opener.open(address, timeout=2) as answer:
            if answer.status == 200:
                return True
        time.sleep(0.05)
    return False
