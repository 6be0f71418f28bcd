"""Chooses the way to this PC's scanners."""

from __future__ import annotations

import sys

from pishkhan_desk.sane import Sane
from pishkhan_desk.scanning import Scanner
from pishkhan_desk.wia import Wia


def scanner(platform: str = sys.platform) -> Scanner:
    """Return WIA on Windows, SANE elsewhere."""
    return Wia() if platform == "win32" else Sane()
