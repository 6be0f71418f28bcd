"""A line that breaks: passes bytes on, counts them, and cuts both ends after so many of one way."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

UP, DOWN = "up", "down"
PIECE = 512


@dataclass
class Cutter:
    """Between a caller and the port it wants to reach; `cut_at` bytes of `way` end each line."""

    port: int
    way: str = UP
    cut_at: int | None = None
    passed: dict[str, int] = field(default_factory=lambda: {UP: 0, DOWN: 0})
    own: int = 0
    slow: float = 0.0
    """Seconds that each piece takes."""
    broken: bool = False
    """Nothing passes any more, also not what waits in this machine's buffers."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.own}/relay"

    @property
    def both(self) -> int:
        return self.passed[UP] + self.passed[DOWN]

    def clear(self) -> None:
        self.passed = {UP: 0, DOWN: 0}

    def join(self, caller: socket.socket) -> None:
        try:
            called = socket.create_connection(("127.0.0.1", self.port), timeout=60)
        except OSError:
            caller.close()
            return
        left = {UP: None, DOWN: None} | {self.way: self.cut_at}
        pumps = [
            threading.Thread(target=self.pump, args=(way, source, target, left[way]), daemon=True)
            for way, source, target in ((UP, caller, called), (DOWN, called, caller))
        ]
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        caller.close()
        called.close()

    def pump(
        self, way: str, source: socket.socket, target: socket.socket, left: int | None
    ) -> None:
        with suppress(OSError):
            while left != 0:
                data = source.recv(PIECE if left is None else min(left, PIECE))
                if not data or self.broken:
                    break
                if self.slow:
                    threading.Event().wait(self.slow)
                target.sendall(data)
                self.passed[way] += len(data)
                left = None if left is None else left - len(data)
        for end in (source, target):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@contextmanager
def cutting(port: int) -> Iterator[Cutter]:
    """Yield a line to a port of this machine."""
    listener = socket.create_server(("127.0.0.1", 0))
    cutter = Cutter(port, own=listener.getsockname()[1])

    def listen() -> None:
        with suppress(OSError):
            while True:
                caller = listener.accept()[0]
                threading.Thread(target=cutter.join, args=(caller,), daemon=True).start()

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    try:
        yield cutter
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
