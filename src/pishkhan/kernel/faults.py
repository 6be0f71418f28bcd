"""Points at which a test kills the process, to see what is true after a crash there.

A point costs one comparison. Only a call of `arm` arms one, and nothing but tests calls it.
"""

from __future__ import annotations

import os
import signal

_armed = ""


def arm(name: str) -> None:
    """Let this process end when it comes to the point of this name."""
    global _armed  # noqa: PLW0603 - of one process, and of its tests
    _armed = name


def point(name: str) -> None:
    """End this process here, as a power cut would, when the point of this name is armed."""
    if name == _armed:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
