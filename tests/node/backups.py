"""A node whose backups are tested: places on the lane's engine, and the commands run on them."""

from __future__ import annotations

import json
import os
import subprocess
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from django.db import connection
from tests.letters.world import national_id
from tests.node import live, prompt

from pishkhan.kernel.blobs import BlobStore
from pishkhan.node import env
from pishkhan.node.backup.restore import Restored, restore


@dataclass
class Place:
    """A node under test: its home, its own database and what its seed told."""

    home: Path
    database: str
    told: dict[str, Any] = field(default_factory=dict)


@dataclass
class Ground:
    """Makes places, each with an empty database of the lane's engine."""

    root: Path
    made: list[str] = field(default_factory=list)

    def place(self, name: str, *, like: Place | None = None) -> Place:
        if connection.vendor == "sqlite":
            return Place(self.root / name, "")
        base = f"backup_{uuid4().hex[:12]}"
        with closing(psycopg.connect(dbname="postgres", autocommit=True)) as server:
            model = like.database.rpartition("/")[2] if like else "template0"
            server.execute(f"CREATE DATABASE {base} TEMPLATE {model}")
        self.made.append(base)
        return Place(self.root / name, f"postgresql:///{base}")

    def clear(self) -> None:
        if self.made:
            with closing(psycopg.connect(dbname="postgres", autocommit=True)) as server:
                for base in self.made:
                    server.execute(f"DROP DATABASE IF EXISTS {base} WITH (FORCE)")


def put_back(folder: Path, place: Place, **more: Any) -> Restored:
    """Restore in this process."""
    base = env.database({"PISHKHAN_DATABASE_URL": place.database}, place.home)
    return restore(folder, place.home, base, **more)


def store(home: Path, number: int, *, size: int = 2000) -> list[str]:
    blobs = BlobStore(home / "blobs")
    return [blobs.put([os.urandom(size)]).digest for _ in range(number)]


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


def ran(place: Place, *words: object, **more: str) -> subprocess.CompletedProcess[bytes]:
    """Run `pishkhan …` on a place, whatever comes of it."""
    env = {**live.environ_of(place.home, place.database), "PISHKHAN_LANG": "en", **more}
    return prompt.run([*map(str, words)], env, live.ROOT)


def command(place: Place, *words: object) -> Any:
    """Run `pishkhan … --json` on a place; return what it printed."""
    told = ran(place, *words, "--json")
    assert told.returncode == 0, told.stdout + told.stderr
    return json.loads(told.stdout)


def refused(place: Place, *words: object) -> str:
    """Run a command that must not succeed; return what it said."""
    told = ran(place, *words)
    assert told.returncode not in {0, 2}, told.stdout
    assert b"Traceback" not in told.stderr, told.stderr
    return (told.stdout + told.stderr).decode()


def newest(folder: Path) -> Path:
    return max((folder / "sets").glob("2*"))


def blobs_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in (folder / "blobs").glob("??/*") if path.is_file())
    return {path.name: path.read_bytes() for path in found}


def spoil(path: Path, *, flip: bool) -> None:
    """Flip a byte in the middle, or cut the end off; a new file, so that no link is touched."""
    data = bytearray(path.read_bytes())
    if flip:
        data[len(data) // 2] ^= 1
    else:
        del data[-1:]
    path.unlink()
    path.write_bytes(data)
