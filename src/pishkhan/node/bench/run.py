"""One engine measured from an empty home to the last number."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pishkhan.node.bench import intake, node, proc
from pishkhan.node.bench.client import Request
from pishkhan.node.bench.engines import Engine

OPERATIONS = ("inbox", "track", "refer", "intake")
LOG = "journal"
"""The log by itself, without a server; it is measured when it is asked for by name."""
STALLED = 40
SETTLE = 3.0  # seconds after the start before memory is read
FLOOR_THREADS = 4  # as many as the node lets work at its desks

Say = Callable[[str], None]


@dataclass
class Options:
    """What is measured, and how long."""

    operations: tuple[str, ...] = OPERATIONS
    concurrency: tuple[int, ...] = (1, 8, 16)
    cases: int = 10_000
    seconds: float = 8.0
    warm: float = 2.0
    floors: bool = True
    say: Say = field(default=lambda _text: None)


def measure(engine: Engine, options: Options) -> dict[str, Any]:
    """Return everything measured on one engine."""
    options.say(f"{engine.name}: {options.cases} cases")
    plan = _prepare(engine, options)
    database = engine.copy()
    engine.settle()
    found: dict[str, Any] = {
        "engine": engine.name,
        "cases": plan["cases"],
        "loaded_a_second": plan["loaded_a_second"],
        "home_mb": node.home_size(engine.home),
    }
    port = node.free_port()
    environ = node.environment(engine, port)
    begin = time.perf_counter()
    with node.started("-m", "pishkhan", "serve", env=environ) as web:
        node.wait_ready(port, web)
        found["cold_start_s"] = time.perf_counter() - begin
        with node.started("-m", "pishkhan", "worker", env=environ) as worker:
            time.sleep(SETTLE)
            found["log"] = node.drained(port)
            roots = [web.pid, worker.pid]
            found["idle_pss_mb"] = proc.pss_mb(roots)
            bench = _Bench(engine, options, plan, port=port, roots=roots)
            bench.all(database)
            found |= bench.found
            found["busy_pss_mb"] = proc.pss_mb(roots)
    return found


def _prepare(engine: Engine, options: Options) -> dict[str, Any]:
    """Fill a new home in a process of its own and return the plan it wrote."""
    engine.make()
    target = engine.home / "bench-plan.json"
    engine.home.mkdir(parents=True, exist_ok=True)
    refers = int(options.seconds * 150 * len(options.concurrency))
    referrals = min(refers, options.cases // 4) if "refer" in options.operations else 0
    subprocess.run(  # noqa: S603 - our own module
        [
            sys.executable, "-m", "pishkhan.node.bench.prepare",
            str(target), str(options.cases), str(referrals),
        ],
        env=node.environment(engine, 8000),
        check=True,
    )  # fmt: skip
    plan: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return plan


class _Bench:
    def __init__(
        self,
        engine: Engine,
        options: Options,
        plan: dict[str, Any],
        *,
        port: int,
        roots: list[int],
    ) -> None:
        self.engine, self.options, self.plan, self.port = engine, options, plan, port
        self.found: dict[str, Any] = {"runs": {}}
        self.database_pids = engine.server_pids()
        self.measured = node.Measured(
            port,
            [*roots, *self.database_pids],
            warm=options.warm,
            seconds=options.seconds,
        )

    def all(self, database: dict[str, Any]) -> None:
        """Run every operation asked for at every concurrency."""
        for name in self.options.operations:
            if name != "intake":
                requests = getattr(self, f"_{name}")()
                more = {"once": True} if name == "refer" else {}
                self._rounds(name, requests, **more)
        if "inbox" in self.options.operations:
            self._stalled()
        if "intake" in self.options.operations:
            self._intake(database)

    def _rounds(self, name: str, requests: list[Request], **more: Any) -> None:
        runs = self.found["runs"].setdefault(name, [])
        left = requests
        levels = self.options.concurrency
        for number, concurrency in enumerate(levels):
            share = left
            if more.get("once"):
                share, left = (
                    left[: len(left) // (len(levels) - number)],
                    left[len(left) // (len(levels) - number) :],
                )
            run = self.measured.run(share, concurrency, **more)
            runs.append(run)
            self._say(name, run)

    def _say(self, name: str, run: dict[str, Any]) -> None:
        self.options.say(
            f"  {name} c={run['concurrency']}: {run['per_second']:.0f}/s "
            f"p50 {run['p50_ms']:.1f} p99 {run['p99_ms']:.1f} ms, "
            f"{run['cpu_ms']:.2f} ms of processor, {run['statuses']}"
        )

    def _inbox(self) -> list[Request]:
        cookies = node.session(self.port, "secretary")
        head = f"GET /secretariat/ HTTP/1.1\r\nHost: localhost\r\nCookie: {cookies}\r\n\r\n"
        return [[head.encode()]]

    def _track(self) -> list[Request]:
        token = "t" * 32
        requests = []
        for code, number in self.plan["tracked"]:
            body = f"csrfmiddlewaretoken={token}&code={code}&national_id={number}"
            requests.append([
                (
                    "POST /t/ HTTP/1.1\r\nHost: localhost\r\n"
                    f"Cookie: pishkhan_csrf={token}\r\n"
                    "Content-Type: application/x-www-form-urlencoded\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}"
                ).encode()
            ])  # fmt: skip
        return requests

    def _refer(self) -> list[Request]:
        body = json.dumps(
            {"to": [{"post_id": self.plan["expert_post"]}], "instruction": "وفق مقررات اقدام شود."}
        )
        return [
            [
                (
                    f"POST /api/v1/arrivals/{arrival}/refer HTTP/1.1\r\nHost: localhost\r\n"
                    f"Authorization: Bearer {self.plan['secretary_token']}\r\n"
                    f"Idempotency-Key: {intake.fresh()}\r\nContent-Type: application/json\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n{body}"
                ).encode()
            ]
            for arrival in self.plan["arrivals"]
        ]

    def _intake(self, database: dict[str, Any]) -> None:
        requests = intake.requests(self.plan["agency"], self.plan["tokens"])
        runs = self.found["runs"].setdefault("intake", [])
        with contextlib.ExitStack() as stack:
            floor = self._floor(stack, database) if self.options.floors else None
            for concurrency in self.options.concurrency:
                run = self.measured.run(requests, concurrency, fill=True)
                self._say("intake", run)
                self._wait_for_post()
                if floor is not None:
                    run["floor"] = floor.run(requests, concurrency, fill=True)
                    run["of_floor"] = run["per_second"] / max(run["floor"]["per_second"], 1e-9)
                    run["plain"] = self._plain(concurrency, database)
                    self._say("  floor", run["floor"])
                runs.append(run)

    def _floor(self, stack: contextlib.ExitStack, database: dict[str, Any]) -> node.Measured:
        folder = self.engine.home / "floor-files"
        folder.mkdir(exist_ok=True)
        plan = self.engine.home / "floor-plan.json"
        rows = self.plan["rows"]
        plan.write_text(json.dumps({"database": database, "rows": rows, "folder": str(folder)}))
        port = node.free_port()
        command = ["-m", "pishkhan.node.bench.floor", str(plan), str(port), str(FLOOR_THREADS)]
        child = stack.enter_context(node.started(*command, env=node.environment(self.engine, port)))
        node.wait_ready(port, child, "/")
        return node.Measured(
            port,
            [child.pid, *self.database_pids],
            warm=self.options.warm,
            seconds=self.options.seconds,
        )

    def _plain(self, concurrency: int, database: dict[str, Any]) -> float:
        """Return letters a second as raw inserts and a synced file."""
        job = {
            "seconds": self.options.seconds / 2,
            "concurrency": concurrency,
            "folder": str(self.engine.home / "floor-files"),
            "scan": intake.SCAN_BYTES,
            "rows": self.plan["rows"],
            "dsn": self.engine.floor_url,
            "file": str(database["NAME"]),
        }
        done = subprocess.run(
            [sys.executable, "-m", "pishkhan.node.bench.plain"],
            input=json.dumps(job).encode(),
            stdout=subprocess.PIPE,
            check=True,
        )
        told = json.loads(done.stdout)
        return float(told["operations"]) / float(told["seconds"])

    def _wait_for_post(self) -> None:
        """Let the worker carry what lies there, so that it costs the next run nothing."""
        begin, roots = time.perf_counter(), self.measured.roots
        before = proc.cpu_ms(roots)
        while time.perf_counter() - begin < 300:
            time.sleep(1.0)
            now = proc.cpu_ms(roots)
            if now - before < 100:
                return
            before = now

    def _stalled(self) -> None:
        """Measure the inbox with forty uploads that stopped in the middle."""
        requests = self._inbox()
        asked = self.options.concurrency
        concurrency = max((c for c in asked if c <= 8), default=min(asked))
        lines = [self._stall() for _ in range(STALLED)]
        try:
            time.sleep(1.0)
            run = self.measured.run(requests, concurrency)
        finally:
            for line in lines:
                line.close()
        quiet = self.measured.run(requests, concurrency)
        run["quiet_p99_ms"] = quiet["p99_ms"]
        run["of_quiet"] = run["p99_ms"] / max(quiet["p99_ms"], 1e-9)
        self.found["stalled"] = run
        self._say("stalled", run)

    def _stall(self) -> socket.socket:
        line = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        head = (
            "POST /files/ HTTP/1.1\r\nHost: localhost\r\nTus-Resumable: 1.0.0\r\n"
            f"Authorization: Bearer {self.plan['tokens'][0]}\r\nUpload-Length: 200000\r\n"
            "Content-Type: application/offset+octet-stream\r\nContent-Length: 200000\r\n\r\n"
        )
        line.sendall(head.encode() + intake.scan()[1][:20_000])
        return line
