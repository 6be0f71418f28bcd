"""A real `pishkhan serve` on a home of its own, for tests that need sockets."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent.parent

SEED = """
import json
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from tests.letters.world import World
world = World.make()
_, token = directory.add_client(
    SYSTEM, name="scanner", scopes=["letters:read", "letters:write"], counter_id=world.counter
)
cookies = {}
for name in ("clerk", "registrar", "head", "expert"):
    actor = getattr(world, name)
    user = get_user_model().objects.get(pk=actor.user_id)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session["seat"] = str(actor.seat_id)
    session.save()
    cookies[name] = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
print(json.dumps({"token": token, "cookies": cookies, "agency": str(world.agency)}))
"""


@dataclass(frozen=True)
class Node:
    port: int
    pid: int
    home: Path
    token: str
    cookies: dict[str, str]
    agency: str


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[Node]:
    """Seed the tests' province under `home`, serve it, and end the server at the end."""
    with running(home, seed(home), *arguments) as node:
        yield node


def seed(home: Path, *, database: str = "") -> dict[str, Any]:
    """Make the tests' province under `home`, in an own database if one is given by its URL."""
    seeded = subprocess.run(
        [sys.executable, "-c", SEED],
        cwd=ROOT,
        env=environ_of(home, database),
        check=True,
        stdout=subprocess.PIPE,
        timeout=120,
    )
    told: dict[str, Any] = json.loads(seeded.stdout.splitlines()[-1])
    return told


@contextmanager
def running(
    home: Path, told: dict[str, Any], *arguments: str, database: str = "", **more: str
) -> Iterator[Node]:
    """Serve what `seed` made, and end the server at the end if it is not dead by then.

    `more` are further variables of its environment.
    """
    port = free_port()
    server = subprocess.Popen(
        [sys.executable, "-m", "pishkhan", "serve", *arguments],
        cwd=ROOT,
        env={**environ_of(home, database), "PORT": str(port), **more},
    )
    try:
        wait_until_ready(port, server)
        yield Node(port, server.pid, home, told["token"], told["cookies"], told["agency"])
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
            raise


def environ_of(home: Path, database: str = "") -> dict[str, str]:
    """Return the environment of a node under `home`, without anything of this one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PISHKHAN_") and k != "PORT"}
    return {
        **kept,
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "pishkhan.node.settings",
        "PISHKHAN_HOME": str(home),
        "PISHKHAN_DATABASE_URL": database,
        "PISHKHAN_SECRET_KEY": "a secret of the tests and of nothing else",
        "PISHKHAN_LOG_LEVEL": "warning",
    }


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_until_ready(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended at its start"
        try:
            status, _, _ = ask(port, "GET", "/healthz")
        except OSError:
            status = 0
        if status == 200:
            return
        time.sleep(0.05)
    raise AssertionError("the server does not become ready")


def ask(
    port: int,
    method: str,
    path: str,
    headers: dict[str, str] | None = None,
    body: bytes = b"",
) -> tuple[int, dict[str, str], bytes]:
    """Make one request; return (status, headers in lower case, body)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        data = answer.read()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, data
    finally:
        connection.close()


def half_sent(
    port: int, path: str, headers: dict[str, str], length: int, sent: bytes
) -> socket.socket:
    """Begin a PATCH of `length` bytes, send `sent` of it, and leave it there."""
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    head = [f"PATCH {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
    head += [f"{name}: {value}" for name, value in headers.items()]
    line.sendall("\r\n".join([*head, "", ""]).encode() + sent)
    return line
