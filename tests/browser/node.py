"""A demonstration node of its own: `pishkhan demo --serve` on a fresh home and a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[2]
PATIENCE = 400  # seconds a node may take to start, on a machine that is busy otherwise
FEW = """
import django
django.setup()
from pishkhan.node import demo
from pishkhan.node.commands.migrate import migrate
migrate()
demo.make(letters=0)
"""


@dataclass
class Node:
    """A running node; `seconds` is how long it took from the command to the first 200."""

    process: subprocess.Popen[bytes]
    port: int
    home: Path
    seconds: float
    log: Path
    environ: Mapping[str, str]

    @property
    def address(self) -> str:
        """Return the address a browser opens, without a trailing slash."""
        return f"http://localhost:{self.port}"

    def command(self, *arguments: str, given: str = "") -> str:
        """Run `pishkhan <arguments>` on this node's data; return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "pishkhan", *arguments],
            cwd=ROOT, env=dict(self.environ), input=given, text=True, timeout=120, check=False,
            capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0, f"pishkhan {' '.join(arguments)}: {done.stderr}"
        return done.stdout

    def family(self) -> list[psutil.Process]:
        """Return the process and all it started, as handles that outlive them."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def interrupt(self) -> int:
        """Do as Ctrl-C does; return the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


def sticks(home: Path) -> Path:
    """Return the folder in which a new folder is a stick that was plugged in."""
    return home.with_suffix(".sticks")


def environment(home: Path, port: int, database: str = "") -> dict[str, str]:
    """Return the environment of a demonstration node; nothing of the caller's leaks into it."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PISHKHAN_", "DJANGO_")) and name != "PORT"
    }
    kept |= {"PISHKHAN_HOME": str(home), "PISHKHAN_DEMO": "1", "PORT": str(port)}
    kept |= {"PISHKHAN_LANG": "en", "PISHKHAN_LOG_LEVEL": "warning"}
    kept |= {"PISHKHAN_DESK_PORT": str(free_port())}  # of the helper on the clerk's PC
    kept |= {"PISHKHAN_STICKS": str(sticks(home))}
    kept["PYTHONPATH"] = str(ROOT / "src")
    if database:
        kept["PISHKHAN_DATABASE_URL"] = database
        # Whether a commit outlives a power cut is tested elsewhere; here it is only waiting.
        kept["PGOPTIONS"] = "-c synchronous_commit=off"
    return kept


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def healthy(port: int) -> bool:
    """Return True when GET /healthz answers 200 now."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://localhost:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def make(home: Path) -> None:
    """Make the demonstration under `home`, and serve nothing."""
    environ = environment(home, 0)
    command = [sys.executable, "-m", "pishkhan", "demo"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=PATIENCE, env=environ)


def make_without_letters(home: Path, database: str) -> None:
    """Make the demonstration's offices and people alone: a main job needs no more."""
    environ = environment(home, 0, database)
    del environ["PORT"]
    subprocess.run(
        [sys.executable, "-c", FEW], cwd=ROOT, check=True, timeout=PATIENCE,
        env=environ | {"DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    )  # fmt: skip


@contextmanager
def demonstration(home: Path, database: str = "") -> Iterator[Node]:
    """Make the demonstration under `home` if it is not there, serve it, and end it at the end."""
    port = free_port()
    log = home.with_suffix(".log")
    environ = environment(home, port, database)
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "pishkhan", "demo", "--serve"],
            cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        while not healthy(port):
            waited = time.monotonic() - began
            assert process.poll() is None, f"the node ended at its start:\n{log.read_text()}"
            assert waited < PATIENCE, f"not ready after {waited:.0f} s:\n{log.read_text()}"
            time.sleep(0.05)
        yield Node(process, port, home, time.monotonic() - began, log, environ)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                raise


@contextmanager
def postgresql() -> Iterator[str]:
    """Give an empty PostgreSQL database: in the server at hand, else in one of its own."""
    if "PGHOST" in os.environ or "PGCLUSTER" in os.environ:
        yield _database(dict(os.environ))
        return
    server = subprocess.Popen(
        [
            "pg_virtualenv", "-t", "-o", "log_min_messages=fatal", "-o", "fsync=off",
            "-o", "full_page_writes=off", "sh", "-c", "env; echo READY; cat",
        ],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdin
    assert server.stdout
    try:
        told: dict[str, str] = {}
        for line in server.stdout:
            name, _, value = line.strip().partition("=")
            if name == "READY":
                break
            if name.startswith("PG"):
                told[name] = value
        assert "PGPORT" in told, "pg_virtualenv gave no server"
        os.environ.update(told)
        yield _database(dict(os.environ))
        for name in told:
            os.environ.pop(name, None)
    finally:
        server.stdin.close()
        server.wait(60)
        server.stdout.close()


def _database(environ: dict[str, str]) -> str:
    name = f"browser_{os.getpid()}"
    subprocess.run(["createdb", name], env=environ, check=True, stdout=subprocess.DEVNULL)
    return f"postgresql:///{name}"
