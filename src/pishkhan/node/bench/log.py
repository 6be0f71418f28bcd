"""The log of one engine under measurement: appended to while it is sequenced, drained, awaited."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import Any

from pishkhan.node.bench import node
from pishkhan.node.bench.engines import Engine
from pishkhan.node.bench.run import Say

LEAVES = 1_000_000
WRITERS = {"sqlite": 6, "postgresql": 8}
FLOOR_WRITERS = {"sqlite": 1, "postgresql": 8}
"""SQLite has one writer at a time; more would wait for each other in no order. Sixteen on
PostgreSQL are no faster on two cores: they wait for those, not for the disk."""
BACKLOG = 100_000
PAIRS = 9
"""Rounds of intakes with the log, and as many without."""
MOST_AWAITED = 500.0
"""Acts a second that await their publication; half of the one-row floor where that is less."""
LAST = 5.0
"""Seconds that the sequencer goes on for after the last act that is awaited."""
SOON = 0.2
"""Seconds from the last process's being ready to the beginning of all."""


def measure(engine: Engine, seconds: float, say: Say) -> dict[str, Any]:
    """Return everything measured of the log on one engine, and of the tree in memory."""
    engine.make()
    engine.home.mkdir(parents=True, exist_ok=True)
    bench = _Bench(engine, seconds)
    bench.run("prepare")
    engine.settle()
    found: dict[str, Any] = {"engine": engine.name, "writers": WRITERS[engine.name]}
    found["tree"] = bench.run(str(LEAVES), module="log_tree")
    found["floor"] = bench.together("floor", FLOOR_WRITERS)[0]
    found["written"], found["sequenced"] = bench.together("write", WRITERS, beside="sequence")
    found["backlog"] = bench.run("backlog", entries=BACKLOG)
    found["awaited"] = bench.awaited(found["floor"]["a_second"])
    found["cost"] = bench.run(str(PAIRS), module="log_cost")
    for name in ("floor", "written", "awaited"):
        told = found[name]
        say(
            f"  {name}: {told['a_second']:.0f}/s p50 {told['p50_ms']:.1f} "
            f"p99 {told['p99_ms']:.1f} worst {told['worst_ms']:.0f} ms"
        )
    return found


class _Bench:
    def __init__(self, engine: Engine, seconds: float) -> None:
        self._environ = node.environment(engine, node.free_port())
        self._engine, self._seconds = engine, seconds

    def run(self, part: str, *, module: str = "log_parts", **job: Any) -> dict[str, Any]:
        """Run one part to its end."""
        return _end(self._start(part, job, module))

    def together(
        self, part: str, writers: dict[str, int], beside: str = ""
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Run a part by all writers at once, another beside; return the sum and that other's."""
        file = self._engine.home / "pishkhan.sqlite3"
        job = {"seconds": self._seconds, "dsn": self._engine.url, "file": str(file)}
        running = [self._start(part, job) for _ in range(writers[self._engine.name])]
        other = self._start(beside, job) if beside else None
        _go([*running, other] if other else running)
        told = [_end(each) for each in running]
        return {
            "a_second": sum(each["a_second"] for each in told),
            "p50_ms": max(each["p50_ms"] for each in told),
            "p99_ms": max(each["p99_ms"] for each in told),
            "worst_ms": max(each["worst_ms"] for each in told),
        }, _end(other) if other else {}

    def awaited(self, floor: float) -> dict[str, Any]:
        """Return what who awaits publication waits, at the pace that is asked for."""
        pace = min(MOST_AWAITED, floor / 2)
        job = {"seconds": self._seconds, "pace": pace}
        longer = job | {"seconds": self._seconds + LAST}  # or who wrote last would wait for nobody
        both = [self._start("awaited", job), self._start("sequence", longer)]
        _go(both)
        told, sequenced = (_end(each) for each in both)
        return told | {"pace": pace, "sequenced": sequenced}

    def _start(
        self, part: str, job: dict[str, Any], module: str = "log_parts"
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own modules
            [sys.executable, "-m", f"pishkhan.node.bench.{module}", part, json.dumps(job)],
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )


def _go(children: list[subprocess.Popen[bytes]]) -> None:
    """Let all begin at one moment, once each has said that it is ready."""
    for child in children:
        assert child.stdout
        child.stdout.readline()
    moment = time.monotonic() + SOON
    for child in children:
        assert child.stdin
        child.stdin.write(b"%f\n" % moment)
        child.stdin.flush()


def _end(child: subprocess.Popen[bytes]) -> dict[str, Any]:
    out, _nothing = child.communicate()
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, child.args)
    found: dict[str, Any] = json.loads(out)
    return found
