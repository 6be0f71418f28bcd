"""Addresses of socket files, also where the folder's own path is longer than a socket may have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

LONGEST = 100
"""Bytes of a path that every system takes for a socket: `sun_path` holds 104 to 108 (unix(7))."""

_KEPT: list[ExitStack] = []


def held(path: Path) -> Path:
    """Return such a path that holds until this process ends."""
    kept = ExitStack()
    short = kept.enter_context(reachable(path))
    _KEPT.append(kept)
    return Path(short)


@contextmanager
def reachable(path: Path) -> Iterator[str]:
    """Give a path to the same file that is short enough; it holds inside the block.

    A long one goes by way of its opened folder, as Linux shows it to the process that opened it.
    """
    if len(os.fsencode(path)) <= LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)
