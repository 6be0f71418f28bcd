"""A helper on a free port, SANE's own test scanner, and a CUPS of one's own."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pishkhan_desk import pairing, server
from pishkhan_desk.api import Api
from pishkhan_desk.printing import Cups
from pishkhan_desk.sane import Sane

ORIGIN = "https://letters.example.ir"
CODE = "48217730"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    place = tmp_path / "desk-home"
    monkeypatch.setenv("PISHKHAN_DESK_HOME", str(place))
    monkeypatch.setenv("PISHKHAN_LANG", "en")
    return place


@pytest.fixture
def sane(tmp_path, monkeypatch):
    """Return a function that sets SANE up with its test scanner alone, changed as asked."""
    place = tmp_path / "sane.d"
    place.mkdir()
    (place / "dll.conf").write_text("test\n")
    usual = Path("/etc/sane.d/test.conf").read_text()

    def changed(**settings: str) -> Sane:
        text = usual
        for key, value in settings.items():
            name = key if key == "number_of_devices" else key.replace("_", "-")
            kept = [line for line in text.splitlines() if not line.startswith(name + " ")]
            text = "\n".join([*kept, f"{name} {value}", ""])
        (place / "test.conf").write_text(text)
        return Sane()

    monkeypatch.setenv("SANE_CONFIG_DIR", str(place))
    changed()
    return changed


@pytest.fixture
def scanner(sane):
    return sane()


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Page:
    """What a page at the desk does: it asks with its origin and its token."""

    port: int
    origin: str = ORIGIN
    token: str = ""

    def ask(self, method, path, body=None, *, kind="application/json", **changed) -> Answer:
        headers = {
            "Host": f"127.0.0.1:{self.port}",
            "Origin": self.origin,
            "Authorization": f"Bearer {self.token}",
            "Content-Type": kind,
        }
        headers |= {name.replace("_", "-"): value for name, value in changed.items()}
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if value is not None:
                    line.putheader(name, value)
            if data is not None and "Content-Length" not in headers:
                line.putheader("Content-Length", str(len(data)))
            line.endheaders(data)
            came = line.getresponse()
            return Answer(came.status, {k.lower(): v for k, v in came.getheaders()}, came.read())
        finally:
            line.close()

    def until_over(self, batch: str, seconds: float = 30) -> Any:
        deadline = time.monotonic() + seconds
        while True:
            row = self.ask("GET", f"/v1/scans/{batch}").json
            if row["state"] != "running":
                return row
            assert time.monotonic() < deadline
            time.sleep(0.02)


@pytest.fixture
def log():
    return []


@pytest.fixture
def helper(scanner, log):
    made = server.start(0, Api(scanner, Cups()), log.append)
    yield made
    made.shutdown()
    made.close()


@pytest.fixture
def stranger(helper):
    """Return a page of the node's origin that was never paired."""
    return Page(helper.port)


@pytest.fixture
def page(helper):
    """Return a page that was paired."""
    pairing.open_for(ORIGIN, CODE)
    made = Page(helper.port)
    made.token = made.ask("POST", "/v1/pair", {"code": CODE}).json["token"]
    return made


CUPSD = """
Listen {socket}
Browsing Off
DefaultAuthType None
WebInterface No
LogLevel warn
ErrorPolicy retry-job
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""
FILES = """
ServerRoot {root}
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool/tmp
ServerBin {root}/bin
DataDir /usr/share/cups
AccessLog {root}/access
ErrorLog {root}/error
PageLog {root}/page
SyncOnClose No
{owner}
"""

KEEP = """#!/bin/sh
[ $# = 0 ] && exit 0
if [ $# = 6 ]; then cat "$6"; else cat; fi > "${DEVICE_URI#keep:}.part"
mv "${DEVICE_URI#keep:}.part" "${DEVICE_URI#keep:}"
"""


@dataclass
class Queue:
    """A real CUPS with one queue that prints into a file."""

    paper: Path
    root: Path

    def admin(self, *words: str) -> None:
        subprocess.run([*words], check=True, capture_output=True, timeout=20)

    def printed(self, seconds: float = 15) -> bytes:
        deadline = time.monotonic() + seconds
        while not self.paper.exists():
            assert time.monotonic() < deadline, (self.root / "error").read_text()
            time.sleep(0.05)
        return self.paper.read_bytes()


@pytest.fixture
def cups(tmp_path_factory, monkeypatch):
    root = tmp_path_factory.mktemp("cups", numbered=True)
    for name in ("state", "cache", "spool/tmp", "ppd", "bin/backend"):
        (root / name).mkdir(parents=True)
    (root / "bin/daemon").symlink_to("/usr/lib/cups/daemon")
    # A device that keeps what it is given. Root's alone, so that the scheduler runs it as root.
    device = root / "bin/backend/keep"
    device.write_text(KEEP)
    device.chmod(0o700)
    socket = root / "sock"
    paper = root / "paper"
    owner = "User lp\nGroup lp\nSystemGroup root" if os.getuid() == 0 else ""
    (root / "cupsd.conf").write_text(CUPSD.format(socket=socket))
    (root / "cups-files.conf").write_text(FILES.format(root=root, owner=owner))
    process = subprocess.Popen(
        ["/usr/sbin/cupsd", "-f", "-c", root / "cupsd.conf", "-s", root / "cups-files.conf"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    monkeypatch.setenv("CUPS_SERVER", str(socket))
    monkeypatch.setenv("PATH", os.environ["PATH"] + ":/usr/sbin")
    made = Queue(paper, root)
    try:
        deadline = time.monotonic() + 20
        while not socket.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        made.admin("lpadmin", "-p", "receipt", "-E", "-v", f"keep:{paper}")
        yield made
    finally:
        process.terminate()
        process.wait(20)
