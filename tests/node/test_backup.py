"""Backup, restore and drill on both engines, with bytes flipped and processes killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing

import psycopg
import pytest
from tests.letters import hostile
from tests.node import live
from tests.node.backups import (
    Place,
    accept,
    blobs_of,
    command,
    newest,
    put_back,
    ran,
    refused,
    spoil,
    store,
)

from pishkhan.kernel.errors import Unavailable
from pishkhan.node.console import Stop
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.engine  # the places lie in the lane's server


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
        # What was accepted after the backup has its code for ever, though nobody here knows it.
        fresh = accept(served, picture)
        assert fresh["tracking_code"] not in {before["tracking_code"], late["tracking_code"]}


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


@pytest.mark.parametrize("words", [["restore"], ["backup", "--drill"]], ids=["restore", "drill"])
def test_a_folder_that_is_not_there_has_no_backup(node, tmp_path, words):
    assert "no such backup" in refused(node, *words, tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


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


def test_a_restored_node_opens_what_was_sealed_to_it(ground, node, tmp_path, settings):
    settings.HOME = node.home
    sealed = sealing.seal_to([sealing.seal_recipient()], b"for this node")
    folder, again = tmp_path / "backup", ground.place("again")
    command(node, "backup", folder)
    held = {path.name for path in newest(folder).rglob("*") if path.is_file()}
    assert "seal-key.registered" in held
    assert "seal.key" not in held
    put_back(folder, again)
    settings.HOME = again.home
    assert sealing.unseal(sealed) == b"for this node"
    key = again.home / "keys" / "seal.key"
    assert key.read_bytes() == (node.home / "keys" / "seal.key").read_bytes()
    assert key.stat().st_mode & 0o777 == 0o600
    key.unlink()
    with pytest.raises(Unavailable, match=r"sealing\.key-lost"):
        sealing.unseal(sealed)


def test_without_its_key_a_restored_node_says_so(ground, folder):
    again = ground.place("again")
    put_back(folder, again)
    shutil.rmtree(again.home / "keys")
    told = ran(again, "migrate", "--json")
    assert told.returncode != 0
    assert json.loads(told.stderr.splitlines()[-1])["code"] == "sealing.key-lost"


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
