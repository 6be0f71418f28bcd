"""The practice node: wholly separate from the real one, entered from a desk, begun anew at will."""

from __future__ import annotations

import hashlib
import io
import json
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from PIL import Image
from tests.browser.node import make_without_letters
from tests.node import live

from pishkhan.kernel import clock
from pishkhan.node import env, practice
from pishkhan.node.practice import Place
from pishkhan.node.practice_door import headers_for

PATIENCE = 120  # seconds; a busy machine proves nothing
KEPT = {"PISHKHAN_SECRET_KEY": "a secret of the tests and of nothing else"}


def test_the_practice_node_gets_no_secret_database_provider_or_directory_of_the_real_one():
    real = {
        "PATH": "/bin",
        "PISHKHAN_SECRET_KEY": "s" * 40,
        "PISHKHAN_DATABASE_URL": "postgresql:///real",
        "PISHKHAN_SMS_URL": "json://provider",
        "PISHKHAN_EMAIL_URL": "mailto://provider",
        "PISHKHAN_LDAP_URL": "ldaps://directory",
        "PISHKHAN_SMS_INBOUND_SECRET": "i" * 40,
        "PISHKHAN_PRACTICE": "1",
        "PISHKHAN_HOSTS": "letters.example.ir",
        "PORT": "443",
    }
    found = practice.environment(
        real, home=Path("/p/used"), url="https://letters.example.ir", proxy_hops=1, key="k"
    )
    assert found == {
        "PATH": "/bin",
        "PISHKHAN_HOME": "/p/used",
        "PISHKHAN_DEMO": "1",
        "PISHKHAN_URL": "https://letters.example.ir",
        "PISHKHAN_PROXY_HOPS": "2",
        "PISHKHAN_HOSTS": "letters.example.ir",
        "PISHKHAN_PRACTICE_KEY": "k",
    }


def test_only_cookies_of_practice_go_through_the_door_and_no_token_does():
    passed = headers_for(
        {
            "HTTP_COOKIE": "pishkhan_session=real; pishkhan_practice_session=play; messages=x",
            "HTTP_AUTHORIZATION": "Bearer real",
            "HTTP_X_FORWARDED_FOR": "6.6.6.6",
            "HTTP_HOST": "letters.example.ir",
            "HTTP_CONNECTION": "close",
            "REMOTE_ADDR": "10.0.0.7",
            "CONTENT_TYPE": "text/plain",
            "wsgi.url_scheme": "https",
        },
        proxy_hops=0,
    )
    assert passed == {
        "cookie": "pishkhan_practice_session=play",
        "host": "letters.example.ir",
        "x-forwarded-for": "10.0.0.7",
        "x-forwarded-proto": "https",
        "content-type": "text/plain",
    }


def test_practice_lies_beside_the_node_and_is_off_unless_it_is_switched_on(tmp_path: Path):
    home = tmp_path / "home"
    node = env.read({**KEPT, "PISHKHAN_HOME": str(home)})
    assert (node.practice, node.practising) == (False, False)
    assert node.practice_home == tmp_path / "home-practice"
    assert env.read({**KEPT, "PISHKHAN_HOME": str(home), "PISHKHAN_PRACTICE": "1"}).practice
    for inside in (home, home / "practice", tmp_path):
        with pytest.raises(ImproperlyConfigured, match="beside"):
            env.read({**KEPT, "PISHKHAN_HOME": str(home), "PISHKHAN_PRACTICE_HOME": str(inside)})


def test_it_is_made_anew_each_night_at_half_past_two_in_tehran():
    late = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)  # 01:30 of the 23rd in Tehran
    night = practice.next_night(late)
    assert night == datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
    assert practice.today(late) == "2026-11-22"
    assert practice.today(night) == "2026-11-23"
    assert practice.next_night(night) == night + timedelta(days=1)


def test_beginning_anew_gives_back_what_was_made(tmp_path: Path):
    place = Place(tmp_path / "practice")
    (place.begin_making() / "rows").write_text("as made")
    place.made("2026-11-22")
    place.begin_anew()
    (place.used / "rows").write_text("played with")
    practice.ask_file(place.used).touch()
    assert place.asked_anew()
    place.begin_anew()
    assert (place.used / "rows").read_text() == "as made"
    assert not place.asked_anew()
    assert place.made_on() == "2026-11-22"


class Browser:
    """A browser at a desk: it keeps cookies by their path, as browsers do."""

    def __init__(self, port: int, cookie: str) -> None:
        self.port = port
        name, _, value = cookie.partition("=")
        self.cookies = {("/", name): value}
        self.page = ""

    def ask(
        self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str]]:
        own = [f"{name}={v}" for (at, name), v in self.cookies.items() if path.startswith(at)]
        line = HTTPConnection("127.0.0.1", self.port, timeout=60)
        with closing(line):
            line.request(method, path, body or None, {**(headers or {}), "Cookie": "; ".join(own)})
            answer = line.getresponse()
            self.page = answer.read().decode(errors="replace")
        for each in answer.headers.get_all("Set-Cookie") or []:
            for name, morsel in SimpleCookie(each).items():
                self.cookies[morsel["path"], name] = morsel.value
        return answer.status, {n.lower(): v for n, v in answer.getheaders()}

    def get(self, path: str) -> str:
        """Return a page; it is there."""
        status, told = self.ask("GET", path)
        assert status == 200, (path, status, told, self.page[-2000:])
        return self.page

    def token(self, on: str) -> str:
        found = re.search(r'name="csrf-token" content="([^"]+)"', self.get(on))
        assert found is not None
        return found[1]

    def post(self, path: str, on: str, **fields: str) -> str:
        """Send a form that stands on a page; return where the answer leads."""
        body = urlencode({**fields, "csrfmiddlewaretoken": self.token(on)}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        status, told = self.ask("POST", path, body, kind)
        assert status in (200, 204, 302), (path, status, self.page[-3000:])
        return told.get("location", "")

    def upload(self, path: str, data: bytes, on: str) -> str:
        """Send a file in one piece; return its digest."""
        headers = {
            "Tus-Resumable": "1.0.0",
            "Upload-Length": str(len(data)),
            "Upload-Metadata": "filename cGFnZS5qcGc=",
            "Content-Type": "application/offset+octet-stream",
            "X-CSRFToken": self.token(on),
        }
        status, told = self.ask("POST", path, data, headers)
        assert status == 201, (status, self.page)
        return told["upload-digest"]


@contextmanager
def practising(home: Path) -> Iterator[None]:
    """Run `pishkhan practice` beside a node; its province has no letters yet: they take time."""
    place = Place(home.with_name(f"{home.name}-practice"))
    make_without_letters(place.begin_making(), "")
    place.made(practice.today(clock.current().now()))
    log = home.with_suffix(".practice.log")
    with log.open("wb") as out:
        runner = subprocess.Popen(
            [sys.executable, "-m", "pishkhan", "practice", "--when-asked"],
            cwd=live.ROOT,
            env={**live.environ_of(home), "PISHKHAN_PRACTICE": "1", "PISHKHAN_LANG": "en"},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "once somebody presses" in log.read_text())
        assert not place.used.exists(), "nobody has come yet"
        yield
    finally:
        runner.terminate()
        runner.wait(60)


def until(ready: Callable[[], bool]) -> None:
    """Wait until it is so."""
    end = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def bytes_of(home: Path) -> dict[str, str]:
    """Return the digest of each file of a home, but for SQLite's index of who reads at present."""
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(home.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def kinds(home: Path) -> set[str]:
    """Return the kinds of entries in the journal of a node."""
    with closing(sqlite3.connect(home / "pishkhan.sqlite3")) as base:
        return {kind for (kind,) in base.execute("SELECT DISTINCT kind FROM journal_entry")}


def test_a_day_of_practice_leaves_not_a_byte_on_the_real_node_and_its_deeds_are_ticked(
    tmp_path: Path,
):
    deep = tmp_path / "of-a-path-that-is-longer-than-a-socket-may-have".ljust(110, "-")
    deep.mkdir()
    home = deep / "home"
    told = live.seed(home)
    used = deep / "home-practice" / "used"
    with (
        live.running(home, told, "--workers", "1", PISHKHAN_PRACTICE="1") as node,
        practising(home),
    ):
        clerk = Browser(node.port, told["cookies"]["clerk"])
        until(lambda: clerk.ask("GET", "/practice/healthz")[0] == 200)
        assert "/practise" in clerk.get("/counter/")
        before = bytes_of(home)
        way = clerk.post("/practise", "/counter/", desk="counter")
        assert way.startswith("/practice/exercises/enter?ticket=")
        assert clerk.ask("GET", way)[0] == 302
        assert clerk.ask("GET", way)[0] == 403  # a ticket is good for once
        play_at_the_counter(clerk)
        play_at_the_secretariat(clerk)
        assert bytes_of(home) == before
        assert {"letter.accepted", "letter.registered"} <= kinds(used)
        assert not {"letter.accepted", "letter.registered", "day.closed"} & kinds(home)
        assert clerk.get("/counter/").count("/practice/") == 0
        begin_anew(clerk, used)
        assert bytes_of(home) == before


def done(browser: Browser) -> int:
    """Return how many exercises of this seat are ticked."""
    return browser.get("/practice/exercises/").count("exercise--done")


def play_at_the_counter(clerk: Browser) -> None:
    """Accept a letter with a page, park another and take it up: three ticks."""
    desk = "/practice/counter/"
    assert "demo-ribbon--practice" in clerk.get(desk)
    assert done(clerk) == 0
    data = io.BytesIO()
    Image.new("L", (60, 80), 200).save(data, "JPEG")
    digest = clerk.upload("/practice/files/", data.getvalue(), desk)
    clerk.get(f"{desk}agencies?" + urlencode({"q": "آب و"}))
    agency = re.search(r"[0-9a-f]{8}-[0-9a-f-]{27}", clerk.page)
    assert agency is not None, clerk.page
    letter = {
        "tab": "one", "id_kind": "national", "number": "1234567891", "name": "فرد نمونه",
        "mobile": "", "agency_id": agency[0], "kind": "request", "pay": "card",
        "subject": "قطعی آب",
        "pages": json.dumps([{"digest": digest, "rotation": 0, "role": "letter"}]),
    }  # fmt: skip
    receipt = clerk.post(desk, desk, nonce=str(uuid4()), **letter)
    assert "/receipt" in receipt, clerk.page[-3000:]
    assert "Practice" in clerk.get(receipt) or "تمرین" in clerk.page
    assert done(clerk) == 1
    slot = str(uuid4())
    clerk.post(f"{desk}park", desk, nonce=slot, **letter)
    clerk.post(f"{desk}parked/{slot}/resume", desk)
    assert done(clerk) == 3


def play_at_the_secretariat(clerk: Browser) -> None:
    """Sit down at the secretariat, where the letter has come by the practice node's own post."""
    clerk.post("/practice/exercises/as/secretary", "/practice/exercises/")
    row = re.compile(r"/practice/secretariat/letters/[0-9a-f-]{36}/")
    until(lambda: row.search(clerk.get("/practice/secretariat/")) is not None)
    letter = row.search(clerk.page)
    assert letter is not None
    clerk.post(f"{letter[0]}register", letter[0])
    assert done(clerk) == 1


def begin_anew(clerk: Browser, used: Path) -> None:
    """Press the button: what was done is gone, and the way in leads over the desk again."""
    clerk.post("/practice/exercises/anew", "/practice/exercises/")
    out = "exercise--done"
    until(
        lambda: (
            clerk.ask("GET", "/practice/exercises/")[0] == 200
            and out not in clerk.page
            and "letter.accepted" not in kinds(used)
        )
    )
    assert "_auth" not in clerk.page
    way = clerk.post("/practise", "/counter/", desk="counter")
    assert clerk.ask("GET", way)[0] == 302
    assert done(clerk) == 0
