"""The whole ceremony by the command: a root offline, a node, and the verifier that trusts both."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.node import live
from tests.node.backups import Ground, Place, command, ran, refused
from tests.sealing.papers import LATER, key, public, revocations

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock
from pishkhan.node import preflight
from pishkhan.node.commands import keys
from pishkhan.sealing import papers as sealing_papers
from pishkhan.sealing.logic.keys import forget
from pishkhan.sealing.statements import root_line, write

ADD_AGENCY = """
import django
django.setup()
from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
print(api.add_agency(SYSTEM, code="water", name="شرکت آب"), journal.entries(limit=1)[0].id)
"""
WORDS = "six plain words of a passphrase"


def offline(*words: object, password: str = WORDS) -> tuple[int, str, str]:
    """Run a verb of the root with no settings, no database and no HOME of a node."""
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(live.ROOT / "src"), "LANG": "C.UTF-8"}
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan", "keys", *map(str, words)],
        env={**env, "PISHKHAN_PASSWORD": password}, check=False, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    return told.returncode, told.stdout, told.stderr


def verdict(proof: Path, policy: Path, *more: object) -> tuple[int, Any]:
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan_verify", str(proof), "--policy", str(policy), "--json",
         *map(str, more)],
        env={**os.environ, "PYTHONPATH": str(live.ROOT / "verify" / "src")},
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return told.returncode, json.loads(told.stdout)


def founded(ground: Ground) -> tuple[Place, str, str]:
    place = ground.place("a")
    command(place, "migrate")
    env = live.environ_of(place.home, place.database)
    told = subprocess.run(
        [sys.executable, "-c", ADD_AGENCY], cwd=live.ROOT, env=env, check=True, text=True,
        capture_output=True,
    )  # fmt: skip
    agency, entry = told.stdout.split()
    command(place, "worker", "--once")
    return place, agency, entry


@pytest.mark.engine  # the place lies in the lane's server
def test_root_statements_and_revocation_from_the_ceremony_to_the_verdict(
    ground: Ground, tmp_path: Path
):
    place, agency, entry = founded(ground)
    root, request, stated, listed = (
        tmp_path / name for name in ("water.root", "request.json", "stated.txt", "list.txt")
    )
    assert offline("make-root", root, "--agency", agency)[0] == 0
    line = (tmp_path / "water.root.pub").read_text()
    command(place, "keys", "request", "--out", request)
    assert offline("state", request, "--root", root, "--out", stated)[0] == 0
    assert "root" in refused(place, "keys", "take", stated)
    assert command(place, "keys", "register", f"{root}.pub")["number"] == 1
    papers = command(place, "keys", "take", stated)["papers"]
    assert [each["new"] for each in papers] == [True] * 3
    assert [each["new"] for each in command(place, "keys", "take", stated)["papers"]] == [False] * 3
    (shown,) = command(place, "keys", "show")["agencies"]
    assert [each["kind"] for each in shown["keys"]] == ["node-relay", "node-log", "node-witness"]

    (tmp_path / "policy").write_text("# date: 2026-11-23\nquorum none\n")
    (tmp_path / "roots").write_text(f"# date: 2026-11-23\n{line}")
    proof = tmp_path / "entry.tlog-proof"
    made = ran(place, "journal", "proof", entry, "--field", "kind")
    proof.write_bytes(made.stdout)
    trusting = (tmp_path / "policy", "--roots", tmp_path / "roots")
    assert verdict(proof, *trusting)[1]["code"] == "log-unknown"
    code, told = verdict(proof, *trusting, "--statements", stated)
    assert (code, told["stated"][0]["agency"]) == (0, agency)

    log = shown["keys"][1]["key"]
    assert offline("revoke", log, "--root", root, "--out", listed, "--reason", "lost")[0] == 0
    command(place, "keys", "take", listed)
    (shown,) = command(place, "keys", "show")["agencies"]
    assert [each["reason"] for each in shown["keys"]] == [None, "lost", None]
    code, told = verdict(proof, *trusting, "--statements", stated, "--revocations", listed)
    assert (code, told["code"]) == (1, "key-revoked")
    handed = tmp_path / "handed.txt"
    command(place, "keys", "show", "--agency", agency, "--out", handed)
    assert handed.read_bytes() == stated.read_bytes() + listed.read_bytes()

    new, change = tmp_path / "new.root", tmp_path / "change.txt"
    offline("make-root", new, "--agency", agency)
    assert "present root" in refused(place, "keys", "register", f"{new}.pub")
    assert offline("change-root", new, "--root", root, "--out", change)[0] == 0
    found = command(place, "keys", "register", f"{new}.pub", "--change", change)
    assert found["number"] == 2


@pytest.mark.engine
def test_a_node_goes_on_to_its_next_keys_by_the_command(ground: Ground, tmp_path: Path):
    place, agency, _entry = founded(ground)
    root, request, stated = (tmp_path / name for name in ("r", "request.json", "stated.txt"))
    offline("make-root", root, "--agency", agency)
    command(place, "keys", "register", f"{root}.pub")
    former = command(place, "keys", "show")["node"]
    for use in ("relay", "log"):
        assert "keys next" in refused(place, "keys", "switch", use)
        told = command(place, "keys", "next", use, "--out", request)
        assert told == command(place, "keys", "next", use, "--out", request)
        assert "No root has stated" in refused(place, "keys", "switch", use)
        assert offline("state", request, "--root", root, "--out", stated)[0] == 0
        command(place, "keys", "take", stated)
        assert command(place, "keys", "show")["node"][use]["next"] == told["key"]
        done = command(place, "keys", "switch", use)
        assert done == {
            "use": use, "key": told["key"], "former": former[use]["key"], "new": True
        }  # fmt: skip
        assert command(place, "keys", "switch", use)["new"] is False
        assert "already" in ran(place, "keys", "switch", use).stdout.decode()
    command(place, "worker", "--once")
    shown = command(place, "keys", "show")["node"]
    assert shown["log"]["former"][0]["key"] == former["log"]["key"]
    assert shown["log"]["subject"] == command(place, "journal", "head")["key"]
    assert ran(place, "fsck").returncode == 0

    # Revoked while in use: the check tells, with the way out.
    listed = tmp_path / "list.txt"
    gone = shown["relay"]["key"]
    assert offline("revoke", gone, "--root", root, "--out", listed)[0] == 0
    command(place, "keys", "take", listed)
    told = [each for each in json.loads(ran(place, "check", "--json").stdout)["findings"]
            if each["name"] == "signing"]  # fmt: skip
    assert [(each["level"], gone in each["sentence"]) for each in told] == [("error", True)]


def test_a_check_makes_no_key(tmp_path: Path, settings: Any, transactional_db: None):
    settings.HOME = tmp_path
    forget()
    assert list(preflight._signing()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.engine
def test_a_set_of_before_the_switch_is_the_nodes_own(ground: Ground, tmp_path: Path):
    place, agency, _entry = founded(ground)
    root, request, stated = (tmp_path / name for name in ("r", "request.json", "stated.txt"))
    offline("make-root", root, "--agency", agency)
    command(place, "keys", "register", f"{root}.pub")
    command(place, "backup", tmp_path / "sets")
    command(place, "keys", "next", "relay", "--out", request)
    offline("state", request, "--root", root, "--out", stated)
    command(place, "keys", "take", stated)
    command(place, "keys", "switch", "relay")
    assert ran(place, "backup", tmp_path / "sets", "--drill").returncode == 0


def test_a_root_speaks_without_a_node_and_tells_what_is_wrong(tmp_path: Path):
    root, agency = tmp_path / "water.root", "0199c3a1-7c00-7a10-8000-0000000000aa"
    code, _, told = offline("make-root", root, "--agency", agency, password="short")
    assert (code, "15 characters" in told) == (3, True)
    assert offline("make-root", root, "--agency", agency)[0] == 0
    code, _, told = offline("make-root", root, "--agency", agency)
    assert (code, "never made over" in told) == (4, True)
    out = tmp_path / "list.txt"
    code, _, told = offline("revoke", "--root", root, "--out", out, password="another passphrase")
    assert (code, "passphrase is not right" in told, out.exists()) == (3, True, False)
    code, _, told = offline("revoke", "x", "--root", root, "--out", out)
    assert (code, out.exists()) == (3, False)
    code, _, told = offline("state", tmp_path / "none", "--root", root, "--out", out)
    assert (code, "cannot be read" in told) == (6, True)
    assert offline("revoke", "--root", root, "--out", out)[0] == 0
    assert out.read_text().startswith("pishkhan/revocations/v1\n")


@pytest.mark.parametrize(("late", "code"), [(0, 0), (1, 1)])
def test_show_fails_when_a_list_is_past_its_date(transactional_db, capsys, late, code):
    agency = directory.add_agency(SYSTEM, code="water", name="شرکت آب")
    sealing_papers.register_root(SYSTEM, root_line(agency, public("root")))
    paper = write(revocations(1, agency=agency), key("root").sign)
    sealing_papers.take_papers(SYSTEM, bytes(paper))
    asked = argparse.Namespace(agency=None, out=None, json=True)
    with clock.use(clock.FakeClock(LATER + timedelta(seconds=late))):
        assert keys.show(asked) == code
    (told,) = json.loads(capsys.readouterr().out)["agencies"]
    assert told["revocations"]["stale"] is bool(late)
