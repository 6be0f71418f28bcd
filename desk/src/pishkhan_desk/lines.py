"""Runs a program that tells line by line what it has done, and can be stopped between."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import tempfile
import threading
import time
from typing import Callable, Mapping, Sequence

from pishkhan_desk.errors import Trouble

TICK = 0.1
GRACE = 5.0
MOST_COMPLAINTS = 1 << 20  # bytes
NO_WINDOW = 0x08000000
"""Windows: no console flashes up for each page."""


class Stuck(Exception):
    """The program said nothing for longer than it was given."""


def run(
    command: Sequence[str],
    *,
    patience: float,
    heard: Callable[[str], None] | None = None,
    stop: threading.Event | None = None,
    env: Mapping[str, str] | None = None,
    absent: str = "program.absent",
    parting: str | None = None,
) -> tuple[int, str, str]:
    """Return exit code, output and errors; each line of output goes to `heard` as it comes.

    Raises Trouble(`absent`) when there is no such program, Stuck after `patience` seconds of
    silence. A set `stop` ends the program as Ctrl-C does. A program that has said its `parting`
    words among its errors and does not end is ended, and its exit code is taken as 0.
    """
    # Errors go to a file: a pipe that nobody reads would stop the program when it is full.
    with tempfile.TemporaryFile() as complaints:
        try:
            process = subprocess.Popen(  # noqa: S603 - the callers name their programs
                list(command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**os.environ, **(env or {})},
                creationflags=NO_WINDOW if sys.platform == "win32" else 0,
            )
        except (FileNotFoundError, PermissionError):
            raise Trouble(absent, 409, command[0]) from None
        farewell = _Farewell(complaints.fileno(), parting) if parting else None
        try:
            said = _listen(process, patience, heard, stop, farewell)
        finally:
            end(process)
        complaints.seek(0)
        told = complaints.read().decode("utf-8", "replace")
        return 0 if farewell and farewell.waited else process.returncode, said, told


class _Farewell:
    """Whether a program has said that it is at its end, and has not ended since (POSIX only)."""

    def __init__(self, complaints: int, words: str) -> None:
        self._complaints, self._words = complaints, words.encode()
        self._since = 0.0
        self.waited = False

    def over(self) -> bool:
        """Return whether the words were said GRACE seconds ago."""
        now = time.monotonic()
        # Read at a place: reading on would move where the program writes.
        if not self._since and self._words in os.pread(self._complaints, MOST_COMPLAINTS, 0):
            self._since = now
        self.waited = bool(self._since) and now - self._since > GRACE
        return self.waited


def _listen(
    process: subprocess.Popen[bytes],
    patience: float,
    heard: Callable[[str], None] | None,
    stop: threading.Event | None,
    farewell: _Farewell | None,
) -> str:
    lines: queue.Queue[str | None] = queue.Queue()

    def read() -> None:
        assert process.stdout
        with process.stdout as stdout:
            for raw in stdout:
                lines.put(raw.decode("utf-8", "replace").rstrip("\r\n"))
        lines.put(None)

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    said, last = [], time.monotonic()
    while True:
        try:
            line = lines.get(timeout=TICK)
        except queue.Empty:
            if stop is not None and stop.is_set():
                break
            if farewell is not None and farewell.over():
                break
            if time.monotonic() - last > patience:
                raise Stuck(process.args) from None
            continue
        if line is None:
            process.wait(GRACE)
            break
        last = time.monotonic()
        said.append(line)
        if heard is not None:
            heard(line)
    return "\n".join(said)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a program that still runs: asked first, so that a scanner is left in order."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.terminate()
    else:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
