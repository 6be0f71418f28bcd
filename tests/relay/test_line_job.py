"""When a village's node calls by itself, what it does when nobody answers, and at what pace."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from tests.relay.other_node import OtherNode

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.api import Hours, LineFailed, LineSettings, read_hours
from pishkhan.relay.carriers.http import Pace, Wire, check_address
from pishkhan.relay.models import Line

NOON = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
"""Tehran's noon, of a day that is over: what a test sets now holds at a FakeClock's hour only if
it was set by that clock."""


@pytest.fixture
def centre(transactional_db: None) -> OtherNode:
    return OtherNode()


@pytest.fixture
def nobody() -> Iterator[str]:
    """Yield an address of this machine where nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{held.getsockname()[1]}/relay"


def send_to(node: OtherNode) -> None:
    with act() as a:
        relay.send(
            a, from_office=new_id(), to_office=node.counter, kind="test.parcel", version=1,
            payload={}, subject=new_id(),
        )  # fmt: skip
        a.append("parcel.sent", subject=new_id(), actor="system", fields={})
    relay.drain()


def test_a_node_without_a_line_calls_nobody(centre) -> None:
    assert relay.call_when_due() == 0
    with pytest.raises(NotFound, match=r"relay\.no-line"):
        relay.call()
    assert not Line.objects.exists()


def test_a_line_that_is_down_is_tried_later_and_later_and_status_says_why(centre, nobody) -> None:
    time_ = clock.FakeClock(NOON)
    waits = []
    with clock.use(time_):
        relay.set_line(SYSTEM, LineSettings(centre.id, nobody))
        send_to(centre)
        for fails in range(1, 12):
            assert relay.call_when_due() == 0
            row = Line.objects.get()
            assert (row.reason, row.fails, row.tried_at) == (
                "relay.line-silent", fails, time_.now(),
            )  # fmt: skip
            assert row.next_at is not None
            waits.append(row.next_at - time_.now())
            time_.advance(waits[-1] - timedelta(seconds=1))
            assert relay.call_when_due() == 0
            assert Line.objects.get().fails == fails  # too early: nobody was called
            time_.advance(timedelta(seconds=1))
    for number, wait in enumerate(waits):
        full = min(timedelta(seconds=15) * 2**number, timedelta(minutes=30))
        assert full / 2 <= wait <= full
    (contact,) = relay.contacts()
    assert contact.line is not None
    assert (contact.line.calls, contact.line.reason) == (True, "relay.line-silent")


def test_in_quiet_hours_nobody_is_called_but_by_a_person(centre, nobody) -> None:
    with clock.use(clock.FakeClock(NOON)):
        relay.set_line(SYSTEM, LineSettings(centre.id, nobody, quiet=Hours(11, 13)))
        assert relay.call_when_due() == 0
        assert not Line.objects.exists()
        with pytest.raises(LineFailed, match=r"relay\.line-silent"):
            relay.call()


def test_settings_are_told_again_as_they_were_set_and_stand_in_the_journal(centre) -> None:
    wanted = LineSettings(
        centre.id, "https://letters.example.ir/relay", minutes=7, kbit=64, quiet=Hours(22, 6),
        heavy=Hours(1, 5),
    )  # fmt: skip
    assert relay.set_line(SYSTEM, wanted) == wanted
    assert relay.only_centre() == centre.id
    assert [entry.kind for entry in journal.entries(limit=1000)][-1] == "setting.changed"
    relay.end_line(SYSTEM)
    assert relay.line_settings() is None
    for wrong in (LineSettings(centre.id, "ftp://x"), LineSettings(centre.id, "https://x", 0)):
        with pytest.raises(Invalid):
            relay.set_line(SYSTEM, wrong)
    with pytest.raises(NotFound):
        relay.set_line(SYSTEM, LineSettings(new_id(), "https://x"))


@pytest.mark.parametrize(
    ("text", "held", "free"),
    [("11-13", [11, 12], [10, 13]), ("22-6", [22, 23, 0, 5], [6, 12, 21])],
)
def test_hours_go_over_midnight(text: str, held: list[int], free: list[int]) -> None:
    hours = read_hours(text)
    assert str(hours) == text
    day = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)  # Tehran's midnight
    assert all(hours.hold(day + timedelta(hours=hour)) for hour in held)
    assert not any(hours.hold(day + timedelta(hours=hour)) for hour in free)


@pytest.mark.parametrize("text", ["", "22", "22-22", "25-3", "a-b", "0-24"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"relay\.line-hours"):
        read_hours(text)


@pytest.mark.parametrize(
    "text",
    ["", "letters", "ftp://a/", "https://", "https://u:p@a/", "https://a/?b", "https://a:x/"],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"relay\.line-address"):
        check_address(text)


def test_a_cap_holds_the_pace() -> None:
    pace = Pace(kbit=800)
    begin = time.monotonic()
    for _piece in range(5):
        pace.passed(10_000)
    assert 0.45 < time.monotonic() - begin < 2


class _Told(BaseHTTPRequestHandler):
    """A proxy as far as it hears what it is asked for."""

    heard: list[tuple[str, str]]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((self.path, self.headers.get("Proxy-Authorization", "")))
        self.send_response(403)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def proxy() -> Iterator[tuple[int, list[tuple[str, str]]]]:
    heard: list[tuple[str, str]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Told", (_Told,), {"heard": heard}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port, heard
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_proxy_of_the_environment_is_asked_for_the_whole_address(monkeypatch) -> None:
    with proxy() as (port, heard):
        monkeypatch.setenv("http_proxy", f"http://name:word@127.0.0.1:{port}")
        monkeypatch.delenv("no_proxy", raising=False)
        monkeypatch.delenv("NO_PROXY", raising=False)
        with Wire("http://centre.example.ir/relay") as wire:
            assert wire.ask("POST", "hello", body=b"x").status == 403
        assert heard == [("http://centre.example.ir/relay/hello", "Basic bmFtZTp3b3Jk")]
