"""Batches of pages on their way from the scanner to the page at the desk.

One batch at a time: a scanner can not share itself. Pages lie in the spool until the browser has
them or a quarter of an hour has passed; a new start clears what a former one left.
"""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from pishkhan_desk import config
from pishkhan_desk.errors import Trouble
from pishkhan_desk.scanning import Scanner, Wish

KEPT = 15 * 60.0
RUNNING, DONE, FAILED = "running", "done", "failed"


@dataclass
class Batch:
    """Pages of one press of the button; `error` is a code when `state` is failed."""

    id: str
    folder: Path
    owner: str  # the pairing that asked: no other one gets its pages
    state: str = RUNNING
    error: str = ""
    pages: list[Path] = field(default_factory=list)
    over: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)


class Jobs:
    """The batches of this helper."""

    def __init__(self, scanner: Scanner) -> None:
        self.scanner = scanner
        self._batches: dict[str, Batch] = {}
        self._lock = threading.Lock()
        for left in config.spool().iterdir():
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()

    def start(self, wish: Wish, owner: str) -> Batch:
        """Begin a batch; raise Trouble `scanner.in-use` while one is under way."""
        with self._lock:
            self._forget_old()
            if any(batch.state == RUNNING for batch in self._batches.values()):
                raise Trouble("scanner.in-use")
            name = secrets.token_hex(8)
            folder = config.spool() / name
            folder.mkdir(mode=0o700)
            batch = self._batches[name] = Batch(name, folder, owner)
        threading.Thread(target=self._run, args=(batch, wish), daemon=True).start()
        return batch

    def get(self, name: str, owner: str) -> Batch:
        """Return a batch of this pairing; raise Trouble `scan.unknown`."""
        batch = self._batches.get(name)
        if batch is None or batch.owner != owner:
            raise Trouble("scan.unknown", 404)
        return batch

    def page(self, name: str, number: int, owner: str) -> bytes:
        """Return a page's file, counted from 1; raise Trouble `scan.unknown`."""
        batch = self.get(name, owner)
        if not 1 <= number <= len(batch.pages):
            raise Trouble("scan.unknown", 404)
        try:
            return batch.pages[number - 1].read_bytes()
        except OSError:
            raise Trouble("scan.unknown", 404) from None

    def drop(self, name: str, owner: str) -> None:
        """Stop a batch that runs; forget one that is over, with its pages."""
        batch = self.get(name, owner)
        if batch.state == RUNNING:
            batch.stop.set()
            return
        with self._lock:
            self._remove(batch)

    def close(self) -> None:
        """Stop all and leave no page behind."""
        for batch in list(self._batches.values()):
            batch.stop.set()
        deadline = time.monotonic() + 10
        while any(b.state == RUNNING for b in self._batches.values()):
            if time.monotonic() > deadline:
                break
            time.sleep(0.05)
        for batch in list(self._batches.values()):
            self._remove(batch)

    def _run(self, batch: Batch, wish: Wish) -> None:
        try:
            self.scanner.scan(wish, batch.folder, batch.pages.append, batch.stop)
        except Trouble as trouble:
            batch.error = trouble.code
        except Exception:
            batch.error = "scanner.io"
            raise
        finally:
            batch.over = time.monotonic()
            batch.state = FAILED if batch.error else DONE

    def _forget_old(self) -> None:
        now = time.monotonic()
        for batch in list(self._batches.values()):
            if batch.state != RUNNING and now - batch.over > KEPT:
                self._remove(batch)

    def _remove(self, batch: Batch) -> None:
        self._batches.pop(batch.id, None)
        shutil.rmtree(batch.folder, ignore_errors=True)
