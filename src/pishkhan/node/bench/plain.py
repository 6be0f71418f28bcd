"""The plainest floor: the same bytes as raw inserts in one transaction, and the file, synced.

`python -m pishkhan.node.bench.plain` reads a job as JSON from standard input. No server, no
request, no framework: what is left is the disk and the engine.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4


def main() -> None:
    """Run the job of standard input and print operations a second."""
    job: dict[str, Any] = json.load(sys.stdin)
    end = time.perf_counter() + float(job["seconds"])
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(_insert(job, end)))
        for _ in range(int(job["concurrency"]))
    ]
    begin = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    json.dump({"operations": sum(counts), "seconds": took}, sys.stdout)


def _insert(job: dict[str, Any], end: float) -> int:
    """Write letters until the end and return how many."""
    folder, scan = Path(job["folder"]), os.urandom(int(job["scan"]))
    postgresql = bool(job["dsn"])
    line, mark = opened(job["dsn"], job["file"])
    done = 0
    while time.perf_counter() < end:
        _write(folder / secrets.token_hex(2), scan)
        line.execute("BEGIN" if postgresql else "BEGIN IMMEDIATE")
        for table, columns, values in _rows(job["rows"], postgresql):
            places = ", ".join([mark] * len(values))
            line.execute(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)  # noqa: S608 - captured names
        line.execute("COMMIT")
        done += 1
    line.close()
    return done


def opened(dsn: str, file: str) -> tuple[Any, str]:
    """Return a connection to PostgreSQL by `dsn`, else to the file, and its mark for a value."""
    return (_postgresql(dsn), "%s") if dsn else (_sqlite(file), "?")


def _postgresql(dsn: str) -> Any:
    import psycopg

    return psycopg.connect(dsn, autocommit=True)


def _sqlite(file: str) -> sqlite3.Connection:
    line = sqlite3.connect(file, isolation_level=None, timeout=60)
    line.execute("PRAGMA journal_mode=WAL")
    line.execute("PRAGMA synchronous=FULL")
    return line


def _write(folder: Path, scan: bytes) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / secrets.token_hex(16)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(fd, scan)
    os.fsync(fd)
    os.close(fd)
    place = os.open(folder, os.O_RDONLY)
    os.fsync(place)
    os.close(place)


def _rows(writes: list[dict[str, Any]], postgresql: bool) -> list[tuple[str, str, list[Any]]]:
    """Return (table, columns, values) of each insert, with keys of its own."""
    seen: dict[str, UUID] = {}
    found = []
    for write in writes:
        if write["verb"] != "insert":
            continue
        names, values = [], []
        for name, column in write["columns"].items():
            if name == write["pk"] and column["type"] == "BigAutoField":
                continue
            names.append(f'"{name}"')
            values.append(_value(column, seen, postgresql=postgresql))
        found.append((f'"{write["table"]}"', ", ".join(names), values))
    return found


def _value(column: dict[str, Any], seen: dict[str, UUID], *, postgresql: bool) -> Any:
    value, kind = column["value"], column["type"]
    if value is not None and kind == "UUIDField":
        made = seen.setdefault(value, uuid4()) if column["varies"] else UUID(value)
        value = made if postgresql else made.hex
    elif value is not None and kind == "BinaryField":
        value = bytes.fromhex(value)
    elif value is not None and kind == "JSONField":
        value = json.dumps(value)
    elif value is not None and kind == "CharField" and column["varies"]:
        value = _like(value)
    return value


def _like(text: str) -> str:
    """Return another text of the same length: digits for digits, else hexadecimal."""
    if text.isdigit():
        return str(secrets.randbelow(9 * 10 ** (len(text) - 1)) + 10 ** (len(text) - 1))
    return secrets.token_hex(len(text))[: len(text)]


if __name__ == "__main__":
    main()
