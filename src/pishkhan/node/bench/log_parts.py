"""The parts of the measurement of the log, each a process: `… log_parts PART JOB` prints JSON.

`write` writes one-entry acts until the end, `sequence` does the worker's steps meanwhile, `floor`
commits one row at a time, `backlog` drains what lies there, `awaited` writes at a pace and waits
for the publication of each.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from pishkhan.node.bench import plain

SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")
FIELDS: dict[str, Any] = {f"field_{n}": f"value {n}" for n in range(10)}
CHUNK = 500
AT_ONCE = 4
"""Threads that write, and as many that wait: who waits longest stands first."""
PATIENCE = 30.0


def main() -> None:
    """Do the part that the command line names."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
    import django

    django.setup()
    part, job = sys.argv[1], json.loads(sys.argv[2])
    parts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
        "prepare": prepare,
        "write": write,
        "sequence": sequence,
        "floor": floor,
        "backlog": backlog,
        "awaited": awaited,
    }
    json.dump(parts[part](job), sys.stdout)


def prepare(_job: dict[str, Any]) -> dict[str, Any]:
    """Make tables and log."""
    from pishkhan.node import wiring
    from pishkhan.node.commands.migrate import migrate

    migrate()
    wiring.introduce()
    return {}


def write(job: dict[str, Any]) -> dict[str, Any]:
    """Write acts of one entry; return how many and what each took."""
    from pishkhan.journal import api

    return _flat_out(job, lambda: _one(api))


def floor(job: dict[str, Any]) -> dict[str, Any]:
    """Commit one row of the same bytes at a time, with nothing else: no framework, no log."""
    line, mark = plain.opened(job["dsn"], job["file"])
    blob = "BYTEA" if job["dsn"] else "BLOB"
    line.execute(f"CREATE TABLE IF NOT EXISTS bench_row (data TEXT, more {blob})")
    row, salts = json.dumps(FIELDS), os.urandom(15 * 32)

    def one() -> None:
        line.execute("BEGIN" if job["dsn"] else "BEGIN IMMEDIATE")
        line.execute(f"INSERT INTO bench_row VALUES ({mark}, {mark})", (row, salts))  # noqa: S608 - a mark
        line.execute("COMMIT")

    return _flat_out(job, one)


def sequence(job: dict[str, Any]) -> dict[str, Any]:
    """Do steps, resting as the worker does; return the longest."""
    from pishkhan.journal import api
    from pishkhan.node import work
    from pishkhan.sealing.api import LogKey

    key, longest, done = LogKey(), 0.0, 0
    api.step(key)
    begin = _ready()
    while time.monotonic() < begin + job["seconds"]:
        began = time.perf_counter()
        count = api.step(key)
        longest = max(longest, time.perf_counter() - began)
        done += count
        time.sleep(work.GATHER if 0 < count < work.PLENTY else 0.0 if count else work.REST_FIRST)
    return {"places": done, "worst_ms": longest * 1000}


def backlog(job: dict[str, Any]) -> dict[str, Any]:
    """Write `entries` in large acts, then measure how fast steps take them in."""
    from pishkhan.journal import api
    from pishkhan.sealing.api import LogKey

    key = LogKey()
    while api.step(key):
        pass
    for _ in range(job["entries"] // CHUNK):
        with api.act() as act:
            new = api.NewEntry("letter.accepted", SUBJECT, "system", FIELDS)
            api.append_many(act, [new] * CHUNK)
    before, began = api.head().size, time.perf_counter()
    while api.step(key):
        pass
    taken = api.head().size - before
    return {"entries": taken, "a_second": taken / (time.perf_counter() - began)}


def awaited(job: dict[str, Any]) -> dict[str, Any]:
    """Write at `pace` acts a second, and wait for the publication of each."""
    from django.db import connection

    from pishkhan.journal import api

    waits: list[float] = []
    written: queue.Queue[tuple[float, UUID] | None] = queue.Queue()

    def wait() -> None:
        while item := written.get():
            began, entry = item
            if not api.await_published(entry, PATIENCE):
                raise RuntimeError("not published in time")
            waits.append(time.perf_counter() - began)
        connection.close()

    def write_at_pace(number: int) -> None:
        due = begin + number / job["pace"]
        while due < begin + job["seconds"]:
            _until(due)
            began = time.perf_counter()
            written.put((began, _one(api)))
            due += AT_ONCE / job["pace"]
        connection.close()

    _one(api)
    begin = _ready()
    waiters = [threading.Thread(target=wait) for _ in range(AT_ONCE)]
    writers = [threading.Thread(target=write_at_pace, args=(n,)) for n in range(AT_ONCE)]
    for each in (*waiters, *writers):
        each.start()
    for each in writers:
        each.join()
    for _ in waiters:
        written.put(None)
    for each in waiters:
        each.join()
    return _told(waits, time.monotonic() - begin)


def _one(api: Any) -> UUID:
    with api.act() as act:
        entry: UUID = act.append("letter.accepted", subject=SUBJECT, actor="system", fields=FIELDS)
    return entry


def _flat_out(job: dict[str, Any], one: Callable[[], object]) -> dict[str, Any]:
    waits = []
    one()  # connected, and its statements made
    begin = _ready()
    while time.monotonic() < begin + job["seconds"]:
        began = time.perf_counter()
        one()
        waits.append(time.perf_counter() - began)
    return _told(waits, time.monotonic() - begin)


def _told(waits: list[float], seconds: float) -> dict[str, Any]:
    ordered = sorted(waits)
    return {
        "operations": len(ordered),
        "a_second": len(ordered) / seconds,
        "p50_ms": ordered[len(ordered) // 2] * 1000,
        "p99_ms": ordered[len(ordered) * 99 // 100] * 1000,
        "worst_ms": ordered[-1] * 1000,
    }


def _ready() -> float:
    """Say that this process is ready; return when to begin, once it has come.

    In seconds of the machine's monotonic clock, which its processes share.
    """
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    begin = float(sys.stdin.readline())
    _until(begin)
    return begin


def _until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


if __name__ == "__main__":
    main()
