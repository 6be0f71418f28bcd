"""Backup, restore and drill on both engines, with bytes flipped and processes killed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from tests.letters import hostile
from tests.letters.world import national_id
from tests.node import live

from pishkhan.kernel.blobs import BlobStore
from pishkhan.node import env
from pishkhan.node.backup.restore import Restored, restore
from pishkhan.node.console import Stop


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


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    yield made
    made.clear()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A seeded node with its key, some files of letters and one backup; nobody changes it."""
    ground = Ground(tmp_path_factory.mktemp("first"))
    place = ground.place("node")
    place.told = live.seed(place.home, database=place.database)
    command(place, "migrate")
    store(place.home, 40)
    command(place, "backup", ground.root / "backup")
    yield place
    ground.clear()


@pytest.fixture
def node(ground: Ground, first: Place) -> Place:
    """A node of one's own, as the first one is."""
    place = ground.place("node", like=first)
    place.told = first.told
    shutil.copytree(first.home, place.home)
    shutil.rmtree(place.home / "upkeep")
    return place


@pytest.fixture
def folder(first: Place, tmp_path: Path) -> Path:
    """A copy of the first node's backup."""
    return shutil.copytree(first.home.parent / "backup", tmp_path / "backup")


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
    return subprocess.run(
        [sys.executable, "-m", "pishkhan", *map(str, words)],
        cwd=live.ROOT,
        env={**live.environ_of(place.home, place.database), "PISHKHAN_LANG": "en", **more},
        check=False,
        capture_output=True,
        timeout=120,
    )


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


def test_a_restored_node_has_its_letters_and_goes_on(ground, node, tmp_path):
    again, folder = ground.place("again"), tmp_path / "backup"
    picture = hostile.scan()
    with live.running(node.home, node.told, database=node.database) as served:
        before = accept(served, picture)
        command(node, "backup", folder)  # while it is served
        late = accept(served, picture + b"late")
    command(again, "restore", folder)
    found = command(again, "check")
    assert found["ok"]
    assert {f["level"] for f in found["findings"] if f["name"] in {"keys", "database"}} == {"ok"}
    assert (again.home / "node.id").read_bytes() == (node.home / "node.id").read_bytes()
    codes = [row["code"] for row in command(again, "letter", "list", "--as", "clerk")["rows"]]
    assert codes == [before["tracking_code"]]
    assert late["tracking_code"] not in codes
    command(again, "worker", "--once")
    rows = command(again, "letter", "arrivals", "--as", "registrar")["rows"]
    assert [row["code"] for row in rows] == codes
    with live.running(again.home, node.told, database=again.database) as served:
        page = f"/api/v1/submissions/{before['letter_id']}/pages/1"
        bearer = {"Authorization": f"Bearer {served.token}"}
        status, _, data = live.ask(served.port, "GET", page, bearer)
        assert (status, data) == (200, picture)
        accept(served, picture)


def test_a_second_backup_copies_only_what_is_new(node, folder):
    store(node.home, 3)
    made = command(node, "backup", folder)
    assert (made["blobs"], made["copied"]) == (43, 3)
    assert [row["blobs"] for row in command(node, "backup", folder, "--list")] == [40, 43]


def test_old_backups_are_removed_with_files_that_only_they_named(node, folder):
    gone = next(iter(blobs_of(node.home)))
    (node.home / "blobs" / gone[:2] / gone).unlink()
    assert command(node, "backup", folder, "--keep", 1)["removed"] == 1
    assert blobs_of(folder) == blobs_of(node.home)


def test_a_drill_restores_looks_and_leaves_its_date(node, tmp_path):
    folder = tmp_path / "backup"
    levels = {f["name"]: f["level"] for f in command(node, "check")["findings"]}
    assert (levels["backup"], levels["drill"]) == ("warning", "warning")
    assert b"UNENCRYPTED" in ran(node, "backup", folder).stderr
    done = command(node, "backup", folder, "--drill")
    assert (done["blobs"], done["keys"]) == (40, True)
    assert done["rows"] > 100
    levels = {f["name"]: f["level"] for f in command(node, "check")["findings"]}
    assert (levels["backup"], levels["drill"]) == ("ok", "ok")
    assert not list(folder.glob(".drill-*"))
    if node.database:
        with closing(psycopg.connect(dbname="postgres")) as server:
            left = server.execute("SELECT 1 FROM pg_database WHERE datname LIKE '%\\_drill\\_%'")
            assert left.fetchall() == []


def test_an_old_backup_is_told_with_its_age_and_remedy(node):
    (node.home / "upkeep").mkdir()
    (node.home / "upkeep" / "backup.json").write_text('{"at": "2020-01-01T00:00:00+00:00"}')
    said = ran(node, "check")
    assert said.returncode == 1
    assert "days old. Run `pishkhan backup" in said.stdout.decode()


@pytest.mark.parametrize("flip", [True, False], ids=["flipped", "cut"])
@pytest.mark.parametrize(
    "name",
    ["database.*", "manifest.json", "manifest.sig", "blobs.list", "private.tar", "home/node.id"],
)
def test_a_damaged_part_of_a_backup_is_named_and_nothing_is_restored(ground, folder, name, flip):
    again = ground.place("again")
    path = next(newest(folder).glob(name))
    spoil(path, flip=flip)
    with pytest.raises(Stop, match=rf"damaged|{path.name}"):
        put_back(folder, again)
    assert not again.home.exists()


def test_a_missing_part_of_a_backup_is_named(ground, folder):
    next(newest(folder).glob("database.*")).unlink()
    with pytest.raises(Stop, match=r"database\.\w+ is missing"):
        put_back(folder, ground.place("again"))


@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_damaged_file_of_a_letter_is_named_and_the_rest_is_restored(ground, folder, how):
    again = ground.place("again")
    digest = next(iter(blobs_of(folder)))
    path = folder / "blobs" / digest[:2] / digest
    path.unlink() if how == "gone" else spoil(path, flip=how == "flipped")
    with pytest.raises(Stop, match=digest):
        put_back(folder, again)
    assert len(blobs_of(again.home)) == 39
    assert (again.home / "restoring").exists()
    with pytest.raises(Stop, match=digest):
        put_back(folder, again)
    assert put_back(folder, again, accept_missing=True).missing == [digest]
    assert not (again.home / "restoring").exists()
    assert again.database or (again.home / "pishkhan.sqlite3").exists()


def test_a_damaged_backup_fails_its_drill_and_is_mended_when_read_again(node, folder):
    digest, whole = next(iter(blobs_of(folder).items()))
    path = folder / "blobs" / digest[:2] / digest
    spoil(path, flip=True)
    assert digest in refused(node, "backup", folder, "--drill")
    found = json.loads(ran(node, "check", "--json").stdout)["findings"]
    assert {f["level"] for f in found if f["name"] == "drill"} == {"error"}
    assert command(node, "backup", folder, "--reread")["copied"] == 1
    assert path.read_bytes() == whole


def test_a_file_damaged_in_the_home_is_not_taken_for_good(node, tmp_path):
    digest = next(iter(blobs_of(node.home)))
    spoil(node.home / "blobs" / digest[:2] / digest, flip=True)
    told = ran(node, "backup", tmp_path / "backup", "--json")
    assert told.returncode == 1
    assert json.loads(told.stdout)["missing"] == [digest]
    assert digest not in blobs_of(tmp_path / "backup")


def test_a_home_or_a_database_in_use_is_not_restored_into(ground, node, folder, tmp_path):
    with pytest.raises(Stop, match="not empty"):
        put_back(folder, node)
    other = ground.place("other")
    other.home.mkdir()
    (other.home / "letter.txt").write_text("somebody's")
    with pytest.raises(Stop, match="not empty"):
        put_back(folder, other)
    if node.database:
        with pytest.raises(Stop, match="not empty"):
            put_back(folder, Place(tmp_path / "third", node.database))


def test_a_backup_inside_the_home_is_refused(node):
    assert "inside PISHKHAN_HOME" in refused(node, "backup", node.home / "backup")


def test_a_backup_of_another_node_is_told_by_its_key(ground, first, folder):
    with pytest.raises(Stop, match="another node"):
        put_back(folder, ground.place("again"), key_id="0" * 16)
    key = (first.home / "keys.registered").read_text().strip()
    assert put_back(folder, ground.place("third"), key_id=key).manifest.key_id == key


def test_keys_are_encrypted_to_the_operator_and_come_back_only_with_the_identity(
    ground, node, tmp_path
):
    folder, identity = tmp_path / "backup", tmp_path / "operator.age"
    subprocess.run(["age-keygen", "-o", identity], check=True, capture_output=True)
    recipient = identity.read_text().partition("public key: ")[2].splitlines()[0]
    settings = tmp_path / "pishkhan.env"
    settings.write_text("PISHKHAN_SECRET_KEY=something\n")
    told = ran(node, "backup", folder, "--to", recipient, "--settings", settings)
    assert told.returncode == 0
    assert b"UNENCRYPTED" not in told.stderr
    key = (node.home / "keys" / "relay.key").read_bytes()
    held = b"".join(path.read_bytes() for path in newest(folder).rglob("*") if path.is_file())
    assert key not in held
    assert b"something" not in held
    assert command(node, "backup", folder, "--drill", "--identity", identity)["keys"]
    again = ground.place("again")
    with pytest.raises(Stop, match="--identity"):
        put_back(folder, again)
    put_back(folder, again, identity=identity)
    assert (again.home / "keys" / "relay.key").read_bytes() == key
    assert (again.home / "keys" / "relay.key").stat().st_mode & 0o777 == 0o600
    assert (again.home / "settings.env").read_text() == settings.read_text()


def test_without_its_key_a_restored_node_says_so(ground, folder):
    again = ground.place("again")
    put_back(folder, again)
    shutil.rmtree(again.home / "keys")
    told = ran(again, "migrate", "--json")
    assert told.returncode != 0
    assert json.loads(told.stderr.splitlines()[-1])["code"] == "sealing.key-lost"


def begun(place: Place, *words: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "pishkhan", *map(str, words)],
        cwd=live.ROOT,
        env=live.environ_of(place.home, place.database),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def watched(process: subprocess.Popen[bytes], until: Callable[[], bool]) -> None:
    """Kill a process outright, with what it started, as soon as something is seen of it."""
    deadline = time.monotonic() + 90
    while not until():
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL


def test_killed_in_the_middle_a_backup_leaves_no_half_and_the_next_goes_on(node, tmp_path):
    folder = tmp_path / "fresh"
    store(node.home, 3000, size=5_000)
    process = begun(node, "backup", folder)
    watched(process, lambda: len(list((folder / "blobs").glob("??/*"))) > 300)
    assert list((folder / "sets").glob(".part-*"))
    assert not list((folder / "sets").glob("2*"))
    assert command(node, "backup", folder, "--list") == []
    made = command(node, "backup", folder)
    assert made["blobs"] == 3040
    assert made["copied"] < 2800
    assert not list((folder / "sets").glob(".part-*"))
    assert blobs_of(folder) == blobs_of(node.home)
    process = begun(node, "backup", folder, "--drill")
    watched(process, lambda: bool(list(folder.glob(".drill-*/home/blobs/ff"))))
    assert list(folder.glob(".drill-*"))
    command(node, "backup", folder, "--drill")
    assert not list(folder.glob(".drill-*"))


def test_killed_in_the_middle_a_restore_starts_nothing_and_goes_on(ground, node, tmp_path):
    folder, again = tmp_path / "fresh", ground.place("again")
    store(node.home, 3000, size=5_000)
    command(node, "backup", folder)
    process = begun(again, "restore", folder)
    watched(process, lambda: len(list((again.home / "blobs").glob("??/*"))) > 300)
    assert (again.home / "restoring").exists()
    assert "has not ended" in refused(again, "serve")
    command(again, "restore", folder)
    assert blobs_of(again.home) == blobs_of(node.home)
    assert command(again, "check")["ok"]


def test_a_backup_taken_while_letters_are_written_is_of_one_moment(node, tmp_path):
    folder = tmp_path / "backup"
    with live.running(node.home, node.told, database=node.database) as served:
        writer = subprocess.Popen(
            [sys.executable, "-m", "pishkhan", "backup", str(folder), "--json"],
            cwd=live.ROOT, env=live.environ_of(node.home, node.database),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        accepted = 0
        while writer.poll() is None:
            accept(served, hostile.scan() + os.urandom(8))
            accepted += 1
        assert writer.returncode == 0
        assert accepted
        assert writer.stdout is not None
        writer.stdout.close()
    command(node, "backup", folder, "--drill")
