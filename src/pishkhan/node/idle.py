"""Ends connections on which nothing has moved for long, so that dead lines free their places.

A phone that leaves the network says no goodbye: its half-sent upload would hold a thread for
ever, for the server has no time limit on bodies. Linux knows for each connection when data last
came and went (`tcp_info`, linux/tcp.h); when both are long ago, the connection is shut down. What
had come of the upload is kept, and the phone goes on from there when it is back. A browser whose
unused connection is ended opens another.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

IDLE_SECONDS = 120.0
EVERY_SECONDS = 20.0
_DESCRIPTORS = Path("/proc/self/fd")
_LAST_SENT, _LAST_RECEIVED = 44, 52  # offsets in struct tcp_info, both milliseconds
_INFO = 56


def follow() -> None:
    """Watch this process's connections from a thread; does nothing where there is no /proc."""
    if sys.platform != "linux" or not _DESCRIPTORS.is_dir():
        return
    threading.Thread(target=_watch, name="idle", daemon=True).start()


def _watch() -> None:
    while True:
        time.sleep(EVERY_SECONDS)
        with suppress(OSError):
            sweep(IDLE_SECONDS)


def sweep(idle: float) -> int:
    """Shut down each accepted connection without a byte for `idle` seconds; return how many.

    Only connections to an address on which this process listens: those that it made itself, to a
    database or a provider, are left alone.
    """
    if sys.platform != "linux":
        return 0
    ports: set[int] = set()
    accepted: list[tuple[int, socket.socket]] = []
    ended = 0
    try:
        for own in _sockets():
            if own.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                ports.add(own.getsockname()[1])
                own.close()
            else:
                accepted.append((own.getsockname()[1], own))
        for port, own in accepted:
            if port in ports and _idle(own) >= idle:
                with suppress(OSError):  # it ended by itself
                    own.shutdown(socket.SHUT_RDWR)
                    ended += 1
    finally:
        for _, own in accepted:
            own.close()
    return ended


def _sockets() -> Iterator[socket.socket]:
    """Yield a copy of each TCP socket of this process."""
    for entry in list(_DESCRIPTORS.iterdir()):
        with suppress(OSError):
            if not str(entry.readlink()).startswith("socket:"):
                continue
            own = socket.socket(fileno=os.dup(int(entry.name)))
            if own.family in {socket.AF_INET, socket.AF_INET6} and own.type == socket.SOCK_STREAM:
                yield own
            else:
                own.close()


def _idle(own: socket.socket) -> float:
    """Return for how many seconds neither side has sent a byte; 0 when that is not known."""
    with suppress(OSError):
        info = own.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
        if len(info) == _INFO:
            sent = struct.unpack_from("I", info, _LAST_SENT)[0]
            received = struct.unpack_from("I", info, _LAST_RECEIVED)[0]
            return float(min(sent, received)) / 1000
    return 0.0
