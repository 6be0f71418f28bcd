"""A real node under measurement: `pishkhan serve` and `pishkhan worker` on a home of its own."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from pishkhan.node.bench import proc
from pishkhan.node.bench.client import Request
from pishkhan.node.bench.engines import Engine
from pishkhan.node.console import Exit, Stop, _

QUIET = 3.0  # seconds without a new leaf
READY_WITHIN = 60.0


def environment(engine: Engine, port: int) -> dict[str, str]:
    """Return the environment of the node's processes."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PISHKHAN_") and k != "PORT"}
    return kept | {
        "PISHKHAN_HOME": str(engine.home),
        "PISHKHAN_DEMO": "1",
        "PISHKHAN_DATABASE_URL": engine.url,
        "PISHKHAN_LOG_LEVEL": "error",
        "PORT": str(port),
    }


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def started(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Run a process of ours in a group of its own; end the whole group at the end."""
    child = subprocess.Popen([sys.executable, *command], env=env, start_new_session=True)  # noqa: S603 - our own modules
    try:
        yield child
    finally:
        for number in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(20)
                break


def wait_ready(port: int, child: subprocess.Popen[bytes], path: str = "/healthz") -> float:
    """Return the seconds until the server answers at all; Stop when it does not."""
    begin = time.perf_counter()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.perf_counter() - begin < READY_WITHIN:
        if child.poll() is not None:
            break
        try:
            opener.open(f"http://127.0.0.1:{port}{path}", timeout=5).close()
        except urllib.error.HTTPError:
            return time.perf_counter() - begin
        except OSError:
            time.sleep(0.01)
        else:
            return time.perf_counter() - begin
    raise Stop(_("The server did not start; the lines above say why."), Exit.FAILED)


def drive(job: dict[str, Any], requests: list[Request]) -> dict[str, Any]:
    """Run the client process on these requests and return what it saw."""
    job["requests"] = [[base64.b64encode(p).decode() for p in parts] for parts in requests]
    done = subprocess.run(
        [sys.executable, "-m", "pishkhan.node.bench.client"],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class Measured:
    """Drives one server and sets beside it what its processes cost."""

    def __init__(self, port: int, roots: list[int], *, warm: float, seconds: float) -> None:
        self.port, self.roots = port, roots
        self.warm, self.seconds = warm, seconds

    def run(self, requests: list[Request], concurrency: int, **more: Any) -> dict[str, Any]:
        """Return operations a second, p50 and p99, processor time an operation, statuses."""
        job = {
            "port": self.port,
            "concurrency": concurrency,
            "warm": self.warm,
            "seconds": self.seconds,
            **more,
        }
        before, begin = proc.cpu_ms(self.roots), time.perf_counter()
        seen = drive(job, requests)
        took = time.perf_counter() - begin
        used = proc.cpu_ms(self.roots) - before
        # The whole run is counted, its warm-up too: processor time cannot be read for a part.
        share = seen["seconds"] / max(took, 1e-9)
        count = max(1, seen["operations"])
        return {
            "concurrency": concurrency,
            "per_second": seen["operations"] / seen["seconds"],
            "p50_ms": seen["p50_ms"],
            "p99_ms": seen["p99_ms"],
            "worst_ms": seen["worst_ms"],
            "cpu_ms": used * share / count,
            "client_cpu_ms": seen["client_cpu_ms"] * share / count,
            "operations": seen["operations"],
            "statuses": seen["statuses"],
        }


def session(port: int, role: str) -> str:
    """Enter by the demonstration's door and return the Cookie header."""
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", "/", headers={"Host": "localhost"})
    first = line.getresponse()
    page = first.read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    cookies = _cookies(first.headers.get_all("Set-Cookie") or [])
    assert token is not None
    line.request(
        "POST",
        f"/demo/enter/{role}",
        body=f"csrfmiddlewaretoken={token[1]}",
        headers={
            "Host": "localhost",
            "Cookie": _header(cookies),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    second = line.getresponse()
    second.read()
    cookies |= _cookies(second.headers.get_all("Set-Cookie") or [])
    line.close()
    return _header(cookies)


def csrf(cookies: str) -> str:
    """Return the form token that goes with the cookies."""
    found = re.search(r"pishkhan_csrf=([^;]+)", cookies)
    assert found is not None
    return found[1]


def _cookies(headers: list[str]) -> dict[str, str]:
    pairs = (header.split(";", 1)[0].partition("=") for header in headers)
    return {name: value for name, _, value in pairs}


def _header(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def home_size(home: Path) -> float:
    """Return the home's size in megabytes."""
    return sum(f.stat().st_size for f in home.rglob("*") if f.is_file()) / 1e6


def drained(port: int) -> dict[str, float]:
    """Wait until the log has taken in what was loaded; return its leaves, and how many a second.

    Its sequencer would else be measured with whatever is measured first.
    """
    seen = [(time.monotonic(), -1)]
    while time.monotonic() - seen[-1][0] < QUIET:
        line = HTTPConnection("127.0.0.1", port, timeout=10)
        line.request("GET", "/journal/checkpoint")
        lines = line.getresponse().read().decode().split("\n")
        line.close()
        size = int(lines[1]) if len(lines) > 3 else 0
        if size != seen[-1][1]:
            seen.append((time.monotonic(), size))
        time.sleep(0.05)
    (began, first), (ended, last) = seen[1], seen[-1]
    return {"leaves": last, "a_second": (last - first) / max(ended - began, 0.001)}
