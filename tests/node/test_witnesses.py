"""Two nodes witness each other over HTTP, a third by file; the verifier tells its worth."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from tests.node import live
from tests.node.backups import Ground, Place, command, ran, refused

from pishkhan.journal.checkpoint import read_note
from pishkhan.kernel.errors import Unavailable
from pishkhan.node import witness_line

FIRST_ENTRY = """
import django
django.setup()
from pishkhan.journal import api
print(api.entries(limit=1)[0].id)
"""


@dataclass
class Province:
    """A node with the keys that `pishkhan journal head` prints."""

    place: Place
    log: str
    witness: str

    def trust(self, *lines: str) -> None:
        (self.place.home / "witness.policy").write_text("".join(f"{line}\n" for line in lines))

    def run(self, *words: object) -> Any:
        return command(self.place, *words)

    def proof(self) -> bytes:
        env = live.environ_of(self.place.home, self.place.database)
        told = subprocess.run(
            [sys.executable, "-c", FIRST_ENTRY], cwd=live.ROOT, env=env, check=True, text=True,
            capture_output=True,
        )  # fmt: skip
        made = ran(self.place, "journal", "proof", told.stdout.strip(), "--field", "kind")
        assert made.returncode == 0, made.stderr
        return made.stdout

    @contextmanager
    def served(self) -> Iterator[live.Node]:
        nobody = {"token": "", "cookies": {}, "agency": ""}
        with live.running(self.place.home, nobody, database=self.place.database) as node:
            yield node


def found(place: Place) -> Province:
    command(place, "migrate")
    command(place, "worker", "--once")
    told = command(place, "journal", "head")
    return Province(place, told["key"], told["witness"])


def verdict(tmp_path: Path, proof: bytes, *policy: str, require: str = "logged") -> tuple[int, Any]:
    """Return exit code and verdict of `pishkhan-verify`, which shares no code with the nodes."""
    (tmp_path / "policy").write_text("\n".join(["# date: 2026-11-23", *policy, ""]))
    (tmp_path / "entry.tlog-proof").write_bytes(proof)
    told = subprocess.run(
        [sys.executable, "-m", "pishkhan_verify", str(tmp_path / "entry.tlog-proof"),
         "--policy", str(tmp_path / "policy"), "--require", require, "--json"],
        env={**os.environ, "PYTHONPATH": str(live.ROOT / "verify" / "src")},
        check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert told.stdout, told.stderr
    return told.returncode, json.loads(told.stdout)


@pytest.mark.engine  # the places lie in the lane's server
def test_two_nodes_witness_each_other_and_a_third_by_file(ground: Ground, tmp_path: Path):
    a, b, c = (found(ground.place(name)) for name in "abc")
    with a.served() as at_a, b.served() as at_b:
        trusted = [
            f"log {a.log}",
            f"witness b {b.witness} http://127.0.0.1:{at_b.port}/journal/witness/",
            f"witness c {c.witness}",
            "group both all b c",
            "quorum both",
        ]
        a.trust(f"log {b.log}", *trusted[1:])
        b.trust(
            f"log {a.log}",
            f"witness a {a.witness} http://127.0.0.1:{at_a.port}/journal/witness",
            "quorum a",
        )
        c.trust(f"log {a.log}", "quorum none")
        # One cosigned each; b has its quorum by that, and writes an anchor of it.
        for node, port, done in ((a, at_a.port, 1), (b, at_b.port, 2)):
            assert node.run("worker", "--once")["witness"] == done
            assert node.run("worker", "--once")["witness"] == 0
            note = live.ask(port, "GET", "/journal/checkpoint")[2]
            assert len(read_note(note).lines) == 3 - done
        status, _, note = live.ask(at_b.port, "GET", "/journal/witnessed")
        assert (status, len(read_note(note).lines)) == (200, 2)
        assert live.ask(at_a.port, "GET", "/journal/witnessed")[0] == 404, "one is missing"
    one = a.proof()
    assert verdict(tmp_path, one, *trusted)[1]["verdict"] == "logged"
    assert verdict(tmp_path, one, *trusted, require="witnessed")[0] == 1
    asks, answers = tmp_path / "asks.json", tmp_path / "answers.json"
    a.run("journal", "ask-witnesses", "--out", asks)
    assert "this witness" in refused(b.place, "journal", "witness", asks, "--out", answers)
    (fate,) = c.run("journal", "witness", asks, "--out", answers)["fates"]
    assert fate["trouble"] == ""
    (fate,) = a.run("journal", "take-cosignatures", answers)["fates"]
    assert (fate["witness"], fate["trouble"]) == ("c", "")
    a.run("worker", "--once")
    code, told = verdict(tmp_path, a.proof(), *trusted, require="witnessed")
    assert (code, told["verdict"], set(told["cosigned"])) == (0, "witnessed", {"b", "c"})
    three = [*trusted[:3], f"witness a {a.witness}", "group both all a b c", "quorum both"]
    assert verdict(tmp_path, a.proof(), *three)[1]["verdict"] == "logged"
    published = a.place.home / "log" / "1" / "checkpoint"
    assert len(read_note(published.read_bytes()).lines) == 3


@pytest.mark.engine
def test_a_restored_witness_has_a_new_key_and_the_former_one_is_not_asked_for(
    ground: Ground, tmp_path: Path
):
    a, b = (found(ground.place(name)) for name in "ab")
    a.trust(f"witness b {b.witness}", "quorum b")
    b.trust(f"log {a.log}", "quorum none")
    b.run("backup", tmp_path / "backup")
    asks, answers = tmp_path / "asks.json", tmp_path / "answers.json"
    a.run("journal", "ask-witnesses", "--out", asks)
    b.run("journal", "witness", asks, "--out", answers)  # not in the copy
    again = ground.place("again")
    command(again, "restore", tmp_path / "backup")
    assert not (again.home / "keys" / "witness-2.key").exists()
    told = command(again, "journal", "policy")["own"]
    name, _, rest = b.witness.partition("+")
    assert told.startswith(f"{name[:-1]}2+")
    assert not told.endswith(rest.partition("+")[2]), "another key"
    assert (again.home / "keys" / "witness-2.key").exists()
    assert "for this witness" in refused(again, "journal", "witness", asks, "--out", answers)
    (again.home / "witness.policy").write_text(f"log {a.log}\nquorum none\n")
    a.trust(f"witness b {told}", "quorum b")
    a.run("journal", "ask-witnesses", "--out", asks)
    command(again, "journal", "witness", asks, "--out", answers)
    assert a.run("journal", "take-cosignatures", answers)["fates"][0]["trouble"] == ""
    assert verdict(tmp_path, a.proof(), f"log {a.log}", f"witness b {told}", "quorum b")[1][
        "verdict"
    ] == "witnessed"  # fmt: skip
    command(again, "worker", "--once")
    head = command(again, "journal", "head")
    assert "add --yes" in refused(again, "journal", "witness-anew")
    assert command(again, "journal", "witness-anew", "--yes")["own"].startswith(f"{name[:-1]}3+")
    assert head["origin"].endswith("/2"), "and its own log began anew"


@pytest.mark.engine
def test_the_command_names_the_line_of_a_policy_that_cannot_be_read(ground: Ground):
    place = ground.place("a")
    command(place, "migrate")
    assert command(place, "journal", "policy")["file"] is False
    (place.home / "witness.policy").write_text("# mine\nquorum b\n")
    said = refused(place, "journal", "policy")
    assert "line 2" in said
    assert "earlier line" in said
    assert ran(place, "journal", "policy").returncode == 8
    told = ran(place, "check", "--json")
    assert "line 2" in told.stdout.decode()
    (place.home / "witness.policy").write_text("quorum none\n")
    assert command(place, "journal", "policy")["quorum"] == "none"
    assert "no file" not in refused(place, "journal", "ask-witnesses", "--out", "/nowhere/x")
    for words in (["witness", "/nowhere/x", "--out", "y"], ["take-cosignatures", "/nowhere/x"]):
        assert ran(place, "journal", *words).returncode == 6


# --- the line ------------------------------------------------------------------------------------


class Door(BaseHTTPRequestHandler):
    seen: ClassVar[list[tuple[str, bytes]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.seen.append((self.path, body))
        if self.path == "/away/add-checkpoint":
            self.send_response(307)
            self.send_header("Location", "/add-checkpoint")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        told = b"x" * (witness_line.LONGEST + 1) if "long" in self.path else b"7\n"
        self.send_response(409)
        self.send_header("Content-Length", str(len(told) + (5 if "short" in self.path else 0)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def door(settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    settings.HOME = tmp_path
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # of others: not taken
    Door.seen = []
    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_an_answer_comes_back_as_it_was_given(door: str):
    answer = witness_line.post(f"{door}/add-checkpoint", b"old 0\n")
    assert (answer.status, answer.body) == (409, b"7\n")
    assert Door.seen == [("/add-checkpoint", b"old 0\n")]


def test_a_redirect_is_an_answer_and_not_followed(door: str):
    assert witness_line.post(f"{door}/away/add-checkpoint", b"x").status == 307
    assert len(Door.seen) == 1


@pytest.mark.parametrize("path", ["long", "short"])
def test_an_answer_that_is_too_long_or_breaks_off_is_none(door: str, path: str):
    with pytest.raises(Unavailable, match=r"node\.witness-silent"):
        witness_line.post(f"{door}/{path}", b"x")


def test_who_does_not_answer_in_time_or_at_all_is_silent(settings, tmp_path, monkeypatch):
    settings.HOME = tmp_path
    monkeypatch.setattr(witness_line, "PATIENCE", (0.2, 0.2))
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        address = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        with pytest.raises(Unavailable, match=r"node\.witness-silent"):
            witness_line.post(address, b"x")
    for nobody in (address, "http://127.0.0.1:1/", "http://nowhere.invalid/"):
        with pytest.raises(Unavailable, match=r"node\.witness-silent"):
            witness_line.post(nobody, b"x")
