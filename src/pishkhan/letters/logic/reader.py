"""Has untrusted files read by a short-lived process, and waits no longer than it is worth."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import Any

from pishkhan.kernel.errors import N_, Unavailable

SECONDS = 30
"""Longest a reading may take, by the clock on the wall."""

# Each reader may take some hundred MB: two at once in a process of the web are enough.
_places = threading.BoundedSemaphore(2)


def ask(*arguments: str) -> dict[str, Any]:
    """Return the child's answer; `{"problem": "broken"}` when the file was too much for it.

    Raises Unavailable (`letters.reader-busy`) when no place became free in time.
    """
    if not _places.acquire(timeout=SECONDS):
        raise Unavailable(
            "letters.reader-busy", N_("Too many files are being looked at; try again in a while.")
        )
    try:
        return _run(arguments)
    finally:
        _places.release()


def _run(arguments: tuple[str, ...]) -> dict[str, Any]:
    command = [sys.executable, "-I", "-m", "pishkhan.letters.logic.reader_child", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; paths and numbers made by us
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {"problem": "broken"}
    return answer if isinstance(answer, dict) else {"problem": "broken"}
