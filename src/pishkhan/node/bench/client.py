"""A lean HTTP client: one thread and one kept connection for each unit of concurrency.

A process of its own, so that the server's numbers are the server's: `python -m
pishkhan.node.bench.client` reads one job as JSON from standard input and prints what it saw.
"""

from __future__ import annotations

import base64
import json
import os
import resource
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

Request = list[bytes]
"""One request in pieces, sent with one system call."""

UNIQUE = b"@@unique-16-hex@"
"""Stands in a template where each request gets sixteen hexadecimal digits of its own."""

PERSON = b"@@person@@"
"""Stands where each request gets an invented national ID."""


MOST_WARM = 60.0  # seconds


def main() -> None:
    """Run the job of standard input."""
    job: dict[str, Any] = json.load(sys.stdin)
    json.dump(run(job), sys.stdout)


def run(job: dict[str, Any]) -> dict[str, Any]:
    """Drive the server for `seconds` after `warm` seconds, or until the requests are used up.

    Requests that are made once warm by number, with a fifth of them: by time, a short list would
    be used up before anything was measured.
    """
    source = _source(job)
    warm = float(job["warm"])
    if job.get("once"):
        _drive(job, islice(source, len(job["requests"]) // 5), time.perf_counter(), MOST_WARM)
        warm = 0.0
    begin = time.perf_counter() + warm
    end = begin + float(job["seconds"])
    workers = _drive(job, source, begin, end - begin)
    times = sorted(t for worker in workers for t in worker.times)
    last = max((worker.last for worker in workers), default=begin)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    statuses = sum((worker.statuses for worker in workers), Counter())
    return {
        "operations": len(times),
        "all": sum(statuses.values()),
        "seconds": max(1e-9, min(last, end) - begin),
        "p50_ms": _at(times, 0.50),
        "p99_ms": _at(times, 0.99),
        "worst_ms": _at(times, 1.0),
        "statuses": dict(statuses),
        "client_cpu_ms": (usage.ru_utime + usage.ru_stime) * 1000,
    }


def _drive(
    job: dict[str, Any], source: Iterator[Request], begin: float, seconds: float
) -> list[_Worker]:
    """Let the workers ask until `seconds` after `begin`, or until the requests are used up."""
    mutex = threading.Lock()

    def next_request() -> Request | None:
        with mutex:
            return next(source, None)

    workers = [
        _Worker(job["port"], next_request, begin, begin + seconds)
        for _ in range(int(job["concurrency"]))
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return workers


def _at(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))] * 1000 if times else 0.0


def _source(job: dict[str, Any]) -> Iterator[Request]:
    """Yield requests: each once, or round and round when the job says so."""
    given = [[base64.b64decode(part) for part in parts] for parts in job["requests"]]
    if job.get("once"):
        yield from given
        return
    n = int.from_bytes(os.urandom(3), "big")
    while True:
        for parts in given:
            n += 1
            yield _filled(parts, n) if job.get("fill") else parts


def _filled(parts: Request, n: int) -> Request:
    """Return the request with its own unique digits and person in the parts that ask for them."""
    unique, person = os.urandom(8).hex().encode(), national_id(n % 9_000_000).encode()
    return [
        part.replace(UNIQUE, unique).replace(PERSON, person) if len(part) < 4096 else part
        for part in parts
    ]


def national_id(n: int) -> str:
    """Return the nth invented national ID (this process loads nothing of the product)."""
    body = f"{990_000_000 + n:09}"
    rest = sum(int(digit) * (10 - i) for i, digit in enumerate(body)) % 11
    return f"{body}{rest if rest < 2 else 11 - rest}"


class _Worker(threading.Thread):
    def __init__(
        self, port: int, source: Callable[[], Request | None], begin: float, end: float
    ) -> None:
        super().__init__(daemon=True)
        self.times: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.last = begin
        self._port, self._next, self._begin, self._end = port, source, begin, end
        self._line: socket.socket | None = None

    def run(self) -> None:
        """Ask until the end; leave the line closed."""
        try:
            self._work()
        finally:
            if self._line is not None:
                self._line.close()

    def _work(self) -> None:
        while time.perf_counter() < self._end:
            parts = self._next()
            if parts is None:
                return
            started = time.perf_counter()
            try:
                status = self._ask(parts)
            except OSError as error:
                self._line = None
                status = type(error).__name__
            ended = time.perf_counter()
            if started < self._begin:
                continue
            self.statuses[status] += 1
            if status[:1] in {"2", "3"} and ended <= self._end:
                self.times.append(ended - started)
                self.last = ended

    def _ask(self, parts: Request) -> str:
        if self._line is None:
            self._line = socket.create_connection(("127.0.0.1", self._port), timeout=60)
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = self._line
        total = sum(map(len, parts))
        sent = line.sendmsg(parts)
        if sent < total:
            line.sendall(b"".join(parts)[sent:])
        data = line.recv(65536)
        head, gap, body = data.partition(b"\r\n\r\n")
        while not gap:
            more = line.recv(65536)
            if not more:
                raise ConnectionResetError
            data += more
            head, gap, body = data.partition(b"\r\n\r\n")
        lower = head.lower()
        left = _length(lower) - len(body)
        while left > 0:
            piece = line.recv(min(left, 262144))
            if not piece:
                raise ConnectionResetError
            left -= len(piece)
        if b"connection: close" in lower:
            line.close()
            self._line = None
        return head[9:12].decode("ascii")


def _length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    end = head.find(b"\r\n", at + 2)
    return int(head[at + 17 : end if end > 0 else len(head)])


if __name__ == "__main__":
    main()
