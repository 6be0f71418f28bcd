"""The operator's page on backup, done: copied while the node works, put back into an empty home."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.letters import hostile
from tests.letters.world import national_id
from tests.node import live


def accept(node: live.Node, picture: bytes) -> dict[str, Any]:
    """Accept a letter of one page over the API."""
    given = {
        "applicant": {"number": national_id(1), "name": "فرد نمونه", "mobile": ""},
        "agency_id": node.agency,
        "subject": "قطعی آب شرب روستا",
        "fee": {"way": "free"},
    }
    parts = (
        (b'"letter"', json.dumps(given).encode()),
        (b'"pages"; filename="scan.jpg"', picture),
    )
    body = b"".join(
        b"--B\r\nContent-Disposition: form-data; name=%s\r\n\r\n%s\r\n" % part for part in parts
    )
    headers = {
        "Authorization": f"Bearer {node.token}",
        "Idempotency-Key": str(uuid4()),
        "Content-Type": "multipart/form-data; boundary=B",
    }
    status, _, data = live.ask(
        node.port, "POST", "/api/v1/submissions", headers, body + b"--B--\r\n"
    )
    assert status == 201, data
    told: dict[str, Any] = json.loads(data)
    return told


def back_up(home: Path, backup: Path) -> None:
    """Do what docs/howto/operator.md says: the database first, the files second."""
    backup.mkdir()
    with (
        sqlite3.connect(home / "pishkhan.sqlite3") as source,
        sqlite3.connect(backup / "pishkhan.sqlite3") as target,
    ):
        source.backup(target)  # what `sqlite3 … ".backup …"` does
    source.close()
    target.close()
    unwanted = shutil.ignore_patterns("pishkhan.sqlite3*", "cache", "pulse")
    shutil.copytree(home, backup / "home", ignore=unwanted)


def restore(backup: Path, home: Path) -> None:
    shutil.copytree(backup / "home", home)
    shutil.copy(backup / "pishkhan.sqlite3", home)


def command(home: Path, *words: str) -> Any:
    """Run `pishkhan … --json` on a home; return what it printed."""
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan", *words, "--json"],
        cwd=live.ROOT,
        env=live.environ_of(home),
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout)


def test_a_restored_node_has_its_letters_and_goes_on(tmp_path: Path):
    home, backup, again = tmp_path / "node", tmp_path / "backup", tmp_path / "again"
    picture = hostile.scan()
    told = live.seed(home)
    command(home, "migrate")  # makes the node's key and what else a node has
    with live.running(home, told) as node:
        before = accept(node, picture)
        back_up(home, backup)  # while it is served: what is in the write-ahead log counts too
        late = accept(node, picture + b"late")
    restore(backup, again)
    found = command(again, "check")
    assert found["ok"]
    assert {f["level"] for f in found["findings"] if f["name"] in {"keys", "database"}} == {"ok"}
    assert (again / "node.id").read_bytes() == (home / "node.id").read_bytes()
    codes = [row["code"] for row in command(again, "letter", "list", "--as", "clerk")["rows"]]
    assert codes == [before["tracking_code"]]
    assert late["tracking_code"] not in codes
    command(again, "worker", "--once")
    rows = command(again, "letter", "arrivals", "--as", "registrar")["rows"]
    assert [row["code"] for row in rows] == codes
    with live.running(again, told) as node:
        page = f"/api/v1/submissions/{before['letter_id']}/pages/1"
        bearer = {"Authorization": f"Bearer {node.token}"}
        status, _, data = live.ask(node.port, "GET", page, bearer)
        assert (status, data) == (200, picture)
        accept(node, picture)


def test_without_its_key_a_restored_node_says_so(tmp_path: Path):
    home, backup, again = tmp_path / "node", tmp_path / "backup", tmp_path / "again"
    live.seed(home)
    command(home, "migrate")  # makes the node's key
    back_up(home, backup)
    shutil.rmtree(backup / "home" / "keys")
    restore(backup, again)
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan", "migrate", "--json"],
        cwd=live.ROOT,
        env=live.environ_of(again),
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert told.returncode != 0
    assert json.loads(told.stderr.splitlines()[-1])["code"] == "sealing.key-lost"
