"""`serve` killed while it accepts letters: the same key again gives the same letter, once."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.letters import hostile
from tests.letters.world import national_id
from tests.node import live

CLIENTS = 5
KILLS = 4
MOST = 40  # letters of one client before it gives up waiting for the kill


@dataclass(frozen=True)
class Sent:
    """A letter as it is sent, again and again, under one key."""

    key: str
    body: bytes
    digest: str


@dataclass
class Office:
    """What the clients sent and were told. Only they write here, each to its own lists."""

    agency: str
    sent: list[Sent] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    cut: int = 0

    def post(self, node: live.Node, sent: Sent) -> tuple[int, dict[str, str], dict[str, Any]]:
        status, headers, data = live.ask(
            node.port,
            "POST",
            "/api/v1/submissions",
            {
                "Authorization": f"Bearer {node.token}",
                "Idempotency-Key": sent.key,
                "Content-Type": "multipart/form-data; boundary=B",
            },
            sent.body,
        )
        return status, headers, json.loads(data)

    def letter(self) -> Sent:
        """Return a letter with a key and a picture of its own."""
        key = str(uuid4())
        picture = hostile.scan() + key.encode()  # after the picture's end: other bytes, same look
        given = {
            "applicant": {"number": national_id(1), "name": "فرد نمونه", "mobile": ""},
            "agency_id": self.agency,
            "subject": f"نامه {key}",
            "fee": {"way": "free"},
        }
        body = b"".join(
            b"--B\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n" % part
            for part in (
                (b'"letter"', json.dumps(given).encode()),
                (b'"pages"; filename="scan.jpg"', picture),
            )
        )
        return Sent(key, body + b"--B--\r\n", hashlib.sha256(picture).hexdigest())

    def work(self, node: live.Node) -> None:
        """Send letters until the server is gone."""
        for _ in range(MOST):
            sent = self.letter()
            self.sent.append(sent)
            try:
                status, _headers, answer = self.post(node, sent)
            except (OSError, HTTPException, ValueError):
                self.cut += 1
                return
            assert status == 201, answer
            self.told[sent.key] = answer


@pytest.fixture
def database() -> Iterator[str]:
    """An own database on the lane's engine, by its URL; "" for the embedded one under HOME."""
    if connection.vendor == "sqlite":
        yield ""
        return
    import psycopg  # noqa: PLC0415 - needed for one engine only

    name = f"once_{uuid4().hex[:12]}"
    with psycopg.connect("dbname=postgres", autocommit=True) as maker:
        maker.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql:///{name}"
        finally:
            maker.execute(f"DROP DATABASE {name} WITH (FORCE)")


def interrupted(node: live.Node, office: Office, chance: random.Random) -> None:
    """Let the clients work, and kill the server under them."""
    before = len(office.told)
    enough = chance.randrange(2 * CLIENTS)
    clients = [threading.Thread(target=office.work, args=(node,)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    deadline = time.monotonic() + 60
    while len(office.told) - before < enough and time.monotonic() < deadline:
        time.sleep(0.001)
    time.sleep(chance.uniform(0, 0.04))
    os.kill(node.pid, signal.SIGKILL)
    for client in clients:
        client.join(60)
        assert not client.is_alive()


@pytest.mark.engine
def test_a_key_gives_one_letter_whenever_the_server_is_killed(tmp_path: Path, database: str):
    home = tmp_path / "node"
    told = live.seed(home, database=database)
    office = Office(told["agency"])
    chance = random.Random(1405)
    for _ in range(KILLS):
        with live.running(home, told, database=database) as node:
            interrupted(node, office, chance)
    assert office.cut > KILLS  # else it was never killed amid the work
    assert office.told
    with live.running(home, told, database=database) as node:
        again = {sent.key: office.post(node, sent) for sent in office.sent}
        check(node, office, again)


def check(node: live.Node, office: Office, again: dict[str, Any]) -> None:
    """Every key has one letter, the one that was told if any was, with all its bytes."""
    for sent in office.sent:
        status, headers, answer = again[sent.key]
        assert status == 201, answer
        if sent.key in office.told:
            assert answer == office.told[sent.key]
            assert headers["idempotency-replayed"] == "true"
        page = f"/api/v1/submissions/{answer['letter_id']}/pages/1"
        bearer = {"Authorization": f"Bearer {node.token}"}
        status, _, data = live.ask(node.port, "GET", page, bearer)
        assert status == 200
        assert hashlib.sha256(data).hexdigest() == sent.digest
    subjects = sorted(row["subject"] for row in listed(node))
    assert subjects == sorted(f"نامه {sent.key}" for sent in office.sent)


def listed(node: live.Node) -> list[dict[str, Any]]:
    """Return every letter of the counter."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        path = f"/api/v1/submissions?limit=100{after}"
        bearer = {"Authorization": f"Bearer {node.token}"}
        _, _, data = live.ask(node.port, "GET", path, bearer)
        page = json.loads(data)
        found += page["items"]
        if page["next"] is None:
            return found
        after = f"&after={page['next']}"
