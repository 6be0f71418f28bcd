"""Wakes the worker of this machine once a deed that left it work is committed: a file's time.

Only a hint: a lost one costs a second, for the worker also looks by itself.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from pathlib import Path

from django.conf import settings
from django.db import transaction

LOOK = 0.03  # seconds between looks at the file: a stat costs two microseconds


def of_this_node() -> Path:
    """Return the bell of this node's worker."""
    home: Path = settings.HOME
    return home / "bell"


def ring_after_commit() -> None:
    """Ring once what is being written is committed; called by whoever queues work."""
    transaction.on_commit(lambda: ring(of_this_node()), robust=True)


def ring(bell: Path) -> None:
    """Say that there may be work. Never fails a deed."""
    with contextlib.suppress(OSError):
        if bell.exists():
            os.utime(bell)
        else:
            bell.touch(mode=0o600)


class Ear:
    """Listens to one bell."""

    def __init__(self, bell: Path) -> None:
        self._bell = bell
        self._heard = self._now()

    def wait(self, stop: threading.Event, seconds: float) -> bool:
        """Return True as soon as the bell rang, False after `seconds` or when `stop` is set."""
        deadline = time.monotonic() + seconds
        while True:
            now = self._now()
            if now != self._heard:
                self._heard = now
                return True
            left = deadline - time.monotonic()
            if left <= 0 or stop.wait(min(left, LOOK)):
                return False

    def _now(self) -> int:
        try:
            return self._bell.stat().st_mtime_ns
        except OSError:
            return 0
