"""The measuring tools measure what they say."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import checks
from pishkhan.letters import api as letters
from pishkhan.node.bench import client, intake, log, log_tree, proc, report
from pishkhan.node.bench.capture import captured
from pishkhan.node.bench.engines import engine
from tests.letters.world import World

ROOT = Path(__file__).parents[2]


class _Server(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        seen.append(body)
        answer = b"x" * 70_000
        self.send_response(201 if b"good" in body else 500)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


seen: list[bytes] = []


def drive(parts: list[bytes], **job: Any) -> dict[str, Any]:
    """Let the client drive a small server with one request."""
    seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        job = {"port": server.server_port, "concurrency": 2, "warm": 0, "seconds": 0.4} | job
        return client.run(job | {"requests": [[base64.b64encode(p).decode() for p in parts]]})
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def request(body: bytes) -> list[bytes]:
    head = f"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return [head + body]


def test_the_client_counts_what_was_answered_well() -> None:
    found = drive(request(b"good"))
    assert found["statuses"] == {"201": len(seen)}
    # What ends after the bell is answered, but is no part of the measure.
    assert len(seen) - 2 <= found["operations"] <= len(seen)
    assert 0 < found["p50_ms"] <= found["p99_ms"] <= found["worst_ms"] < 400


def test_the_client_counts_no_failure_as_an_operation() -> None:
    found = drive(request(b"evil"))
    assert found["operations"] == 0
    assert found["statuses"]["500"] == len(seen)


def test_every_request_is_another_letter() -> None:
    drive(request(b"good" + client.UNIQUE + client.PERSON), fill=True)
    assert len({body[4:20] for body in seen}) == len(seen) > 1
    assert all(checks.national_id(body[20:30].decode()) for body in seen)


def test_a_request_that_is_to_be_made_once_is_made_once() -> None:
    assert drive(request(b"good"), once=True)["operations"] == 1


def test_the_scan_is_a_picture_of_200_kilobytes() -> None:
    data = b"".join(intake.filled(intake.scan()))
    assert len(data) == intake.SCAN_BYTES
    picture = Image.open(io.BytesIO(data))
    picture.load()
    assert picture.format == "JPEG"
    assert data != b"".join(intake.filled(intake.scan()))


def test_processor_time_and_memory_of_a_tree_are_read() -> None:
    code = "import subprocess,sys; subprocess.run([sys.executable,'-c','while 1: pass'])"
    child = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    try:
        before = proc.cpu_ms([child.pid])
        time.sleep(0.8)
        assert len(proc.tree([child.pid])) == 2
        assert proc.cpu_ms([child.pid]) > before
        assert 1 < proc.pss_mb([child.pid]) < 200
    finally:
        os.killpg(child.pid, 9)
        child.wait()


@pytest.fixture
def world(transactional_db: None, settings: Any, tmp_path: Path) -> World:
    settings.BLOB_ROOT = tmp_path / "blobs"
    return World.make()


def test_what_an_acceptance_writes_is_taken_down_whole(world: World) -> None:
    _, token = directory.add_client(
        SYSTEM, name="bench", scopes=["letters:write"], counter_id=world.counter
    )
    writes = captured(token, world.agency)
    tables = [(write["verb"], write["table"]) for write in writes]
    for table in (
        "letters_submission", "letters_pagerow", "letters_steprow", "relay_outgoing",
        "relay_custody", "journal_entry", "notices_notice",
    ):  # fmt: skip
        assert tables.count(("insert", table)) == 1, table
    assert ("update", "directory_trackingblock") in tables
    submission = next(w for w in writes if w["table"] == "letters_submission")["columns"]
    assert submission["tracking_code"]["varies"]
    assert submission["id"]["varies"]
    assert not submission["counter_id"]["varies"]
    row = letters.submissions(world.clerk).rows[0]
    assert submission["tracking_code"]["value"] == row.tracking_code


def test_the_report_names_the_machine_and_sets_the_floor_beside() -> None:
    run = {"concurrency": 16, "per_second": 150.0, "p50_ms": 80.0, "p99_ms": 200.0, "cpu_ms": 9.0,
           "floor": {"per_second": 200.0}, "of_floor": 0.75, "plain": 400.0}  # fmt: skip
    sized = [
        {"engine": "sqlite", "cases": cases, "cold_start_s": 1.0, "idle_pss_mb": 120.0,
         "busy_pss_mb": 150.0, "loaded_a_second": 700.0, "home_mb": 10.0,
         "log": {"leaves": 68_000, "a_second": 30_000.0},
         "runs": {"intake": [run], "inbox": [run | {"p99_ms": p99, "floor": None}]}}
        for cases, p99 in ((10_000, 100.0), (1_000_000, 120.0))
    ]  # fmt: skip
    lines = "\n".join(report.table({"machine": proc.machine(), "results": sized}))
    assert re.search(r"\b[1-9][0-9]* cores?\b", lines)
    assert "| 0.75 | 400 |" in lines
    assert "1.20 × that with 10,000" in lines


@pytest.mark.slow
def test_the_whole_command_measures_the_embedded_engine(tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    environ = {name: value for name, value in os.environ.items() if "PISHKHAN" not in name}
    subprocess.run(
        [
            sys.executable, "-m", "pishkhan", "bench", "--engine", "sqlite", "--cases", "200",
            "--seconds", "1", "--concurrency", "2", "--out", str(out),
        ],
        env=environ, cwd=ROOT, check=True, timeout=300,
    )  # fmt: skip
    result = json.loads(out.read_text())["results"][0]
    for name in ("inbox", "track", "refer", "intake"):
        run = result["runs"][name][0]
        assert run["operations"] > 0, name
        assert set(run["statuses"]) <= {"200", "201"}
    assert 0 < result["runs"]["intake"][0]["of_floor"] < 3


# --- the log by itself ---------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_tree_in_memory_is_measured(tmp_path: Path, settings: Any):
    settings.HOME = tmp_path
    told = log_tree.measure(3_000)
    assert told["leaves"] == 3_000
    assert all(told[name] > 0 for name in told)


@pytest.mark.slow
def test_the_log_of_an_engine_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(log, "LEAVES", 3_000)
    monkeypatch.setattr(log, "BACKLOG", 1_000)
    monkeypatch.setattr(log, "WRITERS", {"sqlite": 2})
    monkeypatch.setattr(log, "PAIRS", 2)
    said: list[str] = []
    told = log.measure(engine("sqlite", tmp_path / "home", ""), 0.5, said.append)
    assert [line.split(":")[0].strip() for line in said] == ["floor", "written", "awaited"]
    assert told["backlog"]["entries"] == 1_000
    assert told["sequenced"]["places"] > 0
    assert told["awaited"]["operations"] > 10
    assert 0 < told["cost"]["without_ms"] < told["cost"]["with_ms"]
    tree = told.pop("tree")
    machine = {"processor": "x", "cores": 1, "memory_gb": 1, "kernel": "x"}
    shown = report.table(
        {"machine": machine, "results": [], "journal": {"tree": tree, "engines": [told]}}
    )
    assert any(line.startswith("| sqlite: a backlog drained |") for line in shown)
