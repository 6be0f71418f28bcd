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
) -> tuple[int, str, str]:
    """Return exit code, output and errors; each line of output goes to `heard` as it comes.

    Raises Trouble(`absent`) when there is no such program, Stuck after `patience` seconds of
    silence. A set `stop` ends the program as Ctrl-C does.
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
        try:
            said = _listen(process, patience, heard, stop)
        finally:
            end(process)
        complaints.seek(0)
        return process.returncode, said, complaints.read().decode("utf-8", "replace")


def _listen(
    process: subprocess.Popen[bytes],
    patience: float,
    heard: Callable[[str], None] | None,
    stop: threading.Event | None,
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
