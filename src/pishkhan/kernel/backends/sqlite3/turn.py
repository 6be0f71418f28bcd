"""A fair turn for the writers of one SQLite file, among threads and processes.

SQLite lets one writer in and leaves the others to sleep and try again; a busy thread that begins
its next transaction at once wins nearly every time, and somebody starves for seconds. Here a
writer first takes its turn: threads of one process stand in a first-come queue, and the process
at the head of its queue takes two file locks, *gate* then *work*. Who has just worked must pass
the gate again, and the gate is held by whoever waits for the work: so processes alternate.

The kernel of the operating system frees both locks when a process dies.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _try_lock(fd: int, byte: int) -> bool:
        os.lseek(fd, byte, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(fd: int, byte: int) -> None:
        os.lseek(fd, byte, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    # Two files would do as well; byte ranges of one file keep the folder tidy. A process-wide
    # lock is right here: inside the process the queue has already chosen one thread.
    def _try_lock(fd: int, byte: int) -> bool:
        try:
            fcntl.lockf(fd, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except OSError:
            return False
        return True

    def _unlock(fd: int, byte: int) -> None:
        fcntl.lockf(fd, fcntl.LOCK_UN, 1, byte)


GATE, WORK = 0, 1
# Waiting for another process, in seconds. For the work: short naps first (a transaction takes a
# few milliseconds), then longer ones, so that a long writer costs the waiters no CPU. At the gate
# several wait: who has waited longer looks more often, and so is let in before who came later,
# until the wait is one for a long writer.
NAPS = {
    WORK: (0.0002,) * 20 + (0.001,) * 30,
    GATE: (0.001,) * 10 + (0.0005,) * 20 + (0.0002,) * 2000,
}
LONG_NAP = 0.003


class Turn:
    """The turn of one database file in this process."""

    def __init__(self, path: Path | None) -> None:
        """`path` is the lock file; None queues the threads of this process only (in memory)."""
        self._path = path
        self._fd: int | None = None
        self._mutex = threading.Lock()
        self._queue: deque[threading.Lock] = deque()
        self._held = False

    def acquire(self, timeout: float) -> bool:
        """Take the turn; return False when it did not come within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        if not self._enter(timeout):
            return False
        try:
            if self._path is None or self._lock_file(deadline):
                return True
        except BaseException:
            self._leave()
            raise
        self._leave()
        return False

    def release(self) -> None:
        """Give the turn to the next."""
        if self._path is not None and self._fd is not None:
            _unlock(self._fd, WORK)
        self._leave()

    def waiting(self) -> int:
        """Return how many threads of this process stand in the queue."""
        with self._mutex:
            return len(self._queue)

    def _enter(self, timeout: float) -> bool:
        with self._mutex:
            if not self._held:
                self._held = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._queue.append(mine)
        if mine.acquire(timeout=max(timeout, 0)):
            return True
        with self._mutex:
            if mine in self._queue:
                self._queue.remove(mine)
                return False
        return True  # the turn was handed over in the same instant

    def _leave(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._held = False

    def _lock_file(self, deadline: float) -> bool:
        if self._fd is None:
            flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
            self._fd = os.open(str(self._path), flags, 0o600)
        if not self._wait(GATE, deadline):
            return False
        try:
            return self._wait(WORK, deadline)
        finally:
            _unlock(self._fd, GATE)

    def _wait(self, byte: int, deadline: float) -> bool:
        assert self._fd is not None
        tries, naps = 0, NAPS[byte]
        while not _try_lock(self._fd, byte):
            if time.monotonic() > deadline:
                return False
            time.sleep(naps[tries] if tries < len(naps) else LONG_NAP)
            tries += 1
        return True


_turns: dict[str, Turn] = {}
_registry = threading.Lock()


def of(database: str, *, in_memory: bool) -> Turn:
    """Return the one turn that this process has for a database."""
    key = database if in_memory else str(Path(database).absolute())
    with _registry:
        turn = _turns.get(key)
        if turn is None:
            turn = Turn(None if in_memory else Path(f"{key}-turn"))
            _turns[key] = turn
        return turn


def _forget() -> None:
    """After a fork the child holds no lock and knows no thread of its parent."""
    global _registry  # noqa: PLW0603 - the parent may have held it at the fork
    _registry = threading.Lock()
    _turns.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
