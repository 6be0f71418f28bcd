"""A process that was started for another ends with it, even when that one is killed outright."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

PLATFORM: str = sys.platform
VARIABLE = "PISHKHAN_PARENT"
PR_SET_PDEATHSIG = 1  # linux/prctl.h
HEARTBEAT = 1.0  # seconds, where the kernel gives no signal


def lead() -> None:
    """Make the processes that this one starts from now on follow it."""
    os.environ[VARIABLE] = str(os.getpid())


def follow(*, number: int = signal.SIGTERM) -> None:
    """Send this process a signal when the one named in PISHKHAN_PARENT is gone. Else do nothing.

    Only a direct child obeys: a grandchild has a parent of its own to follow.
    """
    leader = os.environ.get(VARIABLE, "")
    if not leader.isdigit() or int(leader) == os.getpid():
        return
    if PLATFORM == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != int(leader):  # it died before the kernel was asked
            os.kill(os.getpid(), number)
        return
    threading.Thread(target=_watch, args=(int(leader), number), daemon=True).start()


def _watch(leader: int, number: int) -> None:
    while os.getppid() == leader:
        time.sleep(HEARTBEAT)
    os.kill(os.getpid(), number)
