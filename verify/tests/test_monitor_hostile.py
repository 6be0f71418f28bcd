"""Servers that mean no good, disks that fill, memories that are damaged, networks that go away."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pishkhan_verify import cli as verifier
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.monitor import cli, sources, state, web, words
from tests import maker
from tests.publisher import HOUR, Server


def plain(data, code=200, **headers):
    """An answer of a server."""

    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(data)

    return answer


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def dripping(head):
    """A server that sends a byte now and then, in its head or its body."""

    def answer(handler):
        try:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-A: " if head else b"HTTP/1.0 200 OK\r\n\r\n")
            for _ in range(200):
                time.sleep(0.05)
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass

    return answer


def circle(handler):
    plain(b"", 302, Location=handler.path)(handler)


@pytest.fixture
def watched(place, monkeypatch):
    """A log that was seen good once; its monitor, its server."""
    monkeypatch.setattr(web, "WAIT_SECONDS", 0.4)
    monkeypatch.setattr(web, "MOST_SECONDS", 0.6)
    monkeypatch.setattr(web, "TRIES", 1)
    place.published = log = place.log().grow(300)
    log.publish()
    place.server, place.auditor = place.serve(log), place.monitor()
    place.auditor.look(place.server.url, code=0)
    log.grow(5).publish()
    return place


def remembered(watched):
    note = watched.auditor.remembered["logs"][maker.ORIGIN]["newest"]["note"]
    return int(note.split("\n")[1])


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (endless, "too long"),
        (dripping(head=True), ""),
        (dripping(head=False), "too slow"),
        (plain(b"", 302, Location="http://localhost:9/checkpoint"), "it leads to another host"),
        (plain(b"", 302, Location="file:///etc/passwd"), "HTTP 302"),
        (circle, "HTTP 302"),
        (plain(b"", 500), "HTTP 500"),
        (plain(b"ab", Content_Length="5"), ""),
        (plain(b"ab", Content_Encoding="br"), "an encoding that was not asked for"),
        (plain(b"ab", Content_Encoding="gzip"), ""),
    ],
    ids=["endless", "slow head", "slow body", "host", "file", "circle", "500", "cut", "br", "gzip"],
)
@pytest.mark.parametrize("path", ["/checkpoint", "/tile/0/001.p/49"])
def test_an_answer_that_is_none_ends_soon_and_changes_nothing(watched, answer, why, path):
    watched.server.instead[path] = answer
    began = time.monotonic()
    heard = watched.auditor.look(watched.server.url, code=2)
    assert time.monotonic() - began < 8
    assert set(heard.codes("unread")) == {"source-away"}
    assert heard.told[0]["values"]["why"].startswith(why)
    assert (heard.wrong, remembered(watched)) == ([], 300)
    watched.server.instead.clear()
    assert watched.auditor.look(watched.server.url, code=0).wrong == []
    assert remembered(watched) == 305


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE html><html><body>Log in\n\nhere</body></html>\n", "checkpoint-form"),
        (b"", "note-form"),
        (b"\xff", "note-text"),
        (b"x\n1\n\n\n\xe2\x80\x94 x AAAA\n", "checkpoint-form"),
    ],
)
def test_a_page_instead_of_a_checkpoint_is_not_read(watched, body, code):
    watched.server.instead["/checkpoint"] = plain(body)
    assert watched.auditor.look(watched.server.url, code=2).codes("unread") == [code]
    assert remembered(watched) == 300


def test_a_tile_that_is_too_short_or_too_long_is_not_read(watched):
    good = (watched.published.folder / "tile/0/001.p/49").read_bytes()
    for data, code in (
        (good[:-1], "tile-form"),
        (good + b"x" * 99, "source-away"),
        (b"", "tile-form"),
    ):
        watched.server.instead["/tile/0/001.p/49"] = plain(data)
        heard = watched.auditor.look(watched.server.url, code=2)
        assert set(heard.codes("unread")) == {code}
    assert remembered(watched) == 300


def test_a_checkpoint_of_an_absurd_size_costs_little_and_is_not_taken(watched):
    text = f"{maker.ORIGIN}\n{2**63 - 1}\n{maker.b64(bytes(32))}\n"
    key = watched.published.log.key
    note = f"{text}\n{key.line(key.private.sign(text.encode()))}"
    watched.server.instead["/checkpoint"] = plain(note.encode())
    before = len(watched.server.asked)
    assert watched.auditor.look(watched.server.url, code=2).wrong == []
    assert len(watched.server.asked) - before < 40
    # The same tile for every name: still bounded, and the signature binds it to nothing.
    watched.server.instead["/255"] = plain(bytes(8192))
    for end in ("/000", "/254", "/127", "/128", "/001", ".p/127", ".p/255"):
        watched.server.instead[end] = plain(bytes(8192))
    watched.auditor.look(watched.server.url)
    assert len(watched.server.asked) - before < 2000
    assert remembered(watched) == 300
    # The note is kept, so that it can be held against the log when it is as large.
    assert watched.auditor.remembered["logs"][maker.ORIGIN]["pending"][0]["note"] == note


def test_a_compressed_answer_is_read_within_its_bound(watched):
    import gzip  # noqa: PLC0415

    good = (watched.published.folder / "checkpoint").read_bytes()
    watched.server.instead["/checkpoint"] = plain(gzip.compress(good), Content_Encoding="gzip")
    watched.auditor.look(watched.server.url, code=0)
    bomb = gzip.compress(bytes(50_000_000))
    watched.server.instead["/checkpoint"] = plain(bomb, Content_Encoding="gzip")
    heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.told[0]["values"]["why"] == "too long"


def test_a_redirect_on_the_same_host_is_followed(watched):
    watched.server.instead["/old/checkpoint"] = plain(b"", 301, Location="/checkpoint")
    watched.server.instead["/old/tile"] = plain(b"", 404)
    assert web.get(f"{watched.server.url}/old/checkpoint", 10_000).startswith(b"pishkhan/")


@pytest.mark.parametrize(
    "name",
    ["ftp://a.example/x", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@a/",
     "https://a.example/x?y=1", "http://a:99999/", "https://a.example/\u202e"],
)  # fmt: skip
def test_no_other_scheme_and_no_odd_address_is_asked(place, name):
    assert place.monitor().look(name, code=2).codes() == ["source-address"]


def test_a_server_is_asked_again_before_it_is_said_to_be_away(place, monkeypatch):
    log = place.log().grow(3)
    log.publish()
    server, tries = place.serve(log), []

    def third(handler):
        tries.append(1)
        if len(tries) == 3:
            server.instead.clear()
            handler.do_GET()
        else:
            plain(b"", 503)(handler)

    server.instead["/checkpoint"] = third
    assert place.monitor().look(server.url, code=0).codes("unread") == []
    assert len(tries) == 3


def test_a_server_that_is_not_there_is_said_to_be_away(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    heard = place.monitor().look(f"http://127.0.0.1:{port}", code=2)
    assert heard.codes() == ["source-away"]
    heard = place.monitor().look(place.folder / "nothing", code=2)
    assert heard.codes() == ["no-file"]
    (place.folder / "empty").mkdir()
    assert place.monitor().look(place.folder / "empty", code=2).codes() == ["source-none"]
    assert place.monitor().look(code=2).codes() == ["sources-none"]


# --- what is remembered --------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["cut", "bit", "empty", "gone", "other"])
def test_a_damaged_memory_is_an_error_and_never_a_fresh_start(watched, damage):
    path = watched.auditor.state / "state"
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
        (watched.auditor.state / "evidence-x-1").mkdir()
    else:
        changed = data.replace(b'"size": 300', b'"size": 299', 1)
        assert changed != data
        path.write_bytes({"cut": data[:-9], "bit": changed, "empty": b"", "other": b"{}"}[damage])
    kept = path.read_bytes() if path.exists() else None
    heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.codes() == ["state-gone" if damage == "gone" else "state-damaged"]
    assert "Bring it back from a copy" in heard.told[0]["sentence"]
    assert (path.read_bytes() if path.exists() else None) == kept


def test_the_memory_of_another_that_is_damaged_or_odd_is_not_read(watched):
    other = watched.folder / "theirs"
    other.mkdir()
    for value in (
        {},
        [],
        {"logs": {"x": {"newest": 3}}},
        {"logs": {"x": 1}, "told": 1, "looked": "x"},
    ):
        body = json.dumps(value).encode()
        head = f"{state.HEAD}{maker.h(body).hex()}\n".encode()
        (other / "state").write_bytes(head + body)
        heard = watched.auditor.look(other, code=2)
        assert heard.codes("unread") == ["state-damaged"]
    seen = {"note": "\ud800", "at": 1, "source": ""}
    value = {"logs": {"x": {"newest": seen, "changed": 1, "history": [], "pending": [],
             "cosigned": {}, "served": {}}}, "told": [], "looked": 1}  # fmt: skip
    body = json.dumps(value).encode()
    (other / "state").write_bytes(f"{state.HEAD}{maker.h(body).hex()}\n".encode() + body)
    assert watched.auditor.look(other, code=2).codes("unread") == ["state-damaged"]


def test_damaged_evidence_is_an_error(watched):
    (watched.auditor.state / "evidence-x-1").mkdir()
    heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.codes() == ["evidence-damaged"]


def test_two_monitors_of_one_memory_are_kept_apart(watched):
    with state.held(watched.auditor.state):
        heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.codes() == ["state-locked"]


class Killed(BaseException):
    pass


def test_killed_before_the_report_it_has_remembered_and_tells_what_was_found(place, monkeypatch):
    log = place.log().grow(20)
    log.publish(at=maker.ACCEPTED + 500)
    server, monitor = place.serve(log), place.monitor()
    place.wait(1000)

    def kill(*_arguments, **_named):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(cli, "emit", kill)
        with pytest.raises(Killed):
            monitor.look(server.url)
    assert "\n20\n" in monitor.remembered["logs"][maker.ORIGIN]["newest"]["note"]
    log.grow(5).publish(at=maker.ACCEPTED)  # the witnesses' clocks went back
    with monkeypatch.context() as patch:
        patch.setattr(cli, "emit", kill)
        with pytest.raises(Killed):
            monitor.look(server.url)
    assert monitor.look(server.url, code=1).wrong == ["cosigned-backwards"] * 2
    assert monitor.look(server.url, code=0).wrong == []


def test_nothing_is_reported_good_that_could_not_be_remembered(watched, monkeypatch):
    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(state, "write", full)
    heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.codes() == ["state-write"]
    assert "No space left" in heard.told[0]["sentence"]
    assert remembered(watched) == 300
    # What is wrong is told all the same.
    monkeypatch.setattr(state, "write_folder", full)
    other = watched.published.branch(watched.folder / "other", 100).grow(300)
    other.publish()
    heard = watched.auditor.look(other.folder, code=1)
    assert heard.wrong == ["not-beginning"]
    assert heard.one("not-beginning")["evidence"] == ""


def test_what_is_written_is_synced_before_it_is_renamed(tmp_path, monkeypatch):
    steps = []
    real_sync, real_replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (steps.append("sync"), real_sync(fd)))
    monkeypatch.setattr(
        Path, "replace", lambda one, two: (steps.append("rename"), real_replace(one, two))[1]
    )
    state.write(tmp_path / "x", b"1")
    assert steps == ["sync", "rename", "sync"]
    assert (tmp_path / "x").read_bytes() == b"1"
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_a_killed_write_of_evidence_leaves_nothing_that_is_taken_for_evidence(watched, monkeypatch):
    other = watched.published.branch(watched.folder / "other", 100).grow(300)
    other.publish()

    def kill(*_arguments):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", kill)
        with pytest.raises(Killed):
            watched.auditor.look(other.folder)
    assert not list(watched.auditor.state.glob("evidence-*"))
    assert watched.auditor.look(other.folder, code=1).wrong == ["not-beginning"]
    assert len(list(watched.auditor.state.glob("evidence-*"))) == 1


def test_history_is_thinned_and_the_oldest_stays():
    known = state.Known(state.Seen("0", 0, ""), 0)
    for number in range(1, 1000):
        known.remember(state.Seen(str(number), 0, ""))
    assert known.newest.note == "999"
    assert len(known.history) <= state.MOST_HISTORY
    assert known.history[0].note == "0"
    assert [each.note for each in known.history[-20:]] == [str(n) for n in range(979, 999)]


# --- looking for ever ----------------------------------------------------------------------------


def test_it_looks_until_a_signal_and_prints_changes_only(place):
    log = place.log().grow(5)
    log.publish(at=int(time.time()) - 100)
    server, monitor = place.serve(log), place.monitor()
    command = [sys.executable, "-c", (
        "import sys; from pishkhan_verify.monitor import web; web.PAUSE_SECONDS = 0.01;"
        "from pishkhan_verify import cli; sys.exit(cli.main())"
    ), "monitor", "--every", "1", "--lang", "en", "--policy", monitor.policy, "--state",
        monitor.state, server.url]  # fmt: skip
    source = str(Path(sources.__file__).parents[2])
    environment = {"PYTHONPATH": source, "no_proxy": "*"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
    ) as run:
        lines = [run.stdout.readline() for _ in range(2)]
        assert lines[0].endswith(f"is watched from now on, from 5 leaves ({server.url}).\n")
        server.instead["/checkpoint"] = plain(b"", 503)
        assert "gave no usable answer: HTTP 503" in run.stdout.readline()
        log.grow(5).publish(at=int(time.time()) - 50)
        time.sleep(1.5)
        server.instead.clear()
        assert run.stdout.readline().startswith("No longer so: Could not be read: ")
        log.publish(3, witnesses=[])
        assert "went back" in run.stdout.readline()
        time.sleep(1.5)
        run.send_signal(signal.SIGTERM)
        rest = run.stdout.read()
        assert run.wait(10) == 1
    assert rest == ""


def test_every_finding_has_a_sentence():
    folder = Path(sources.__file__).parent
    text = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    told = set(re.findall(r'(?:NOTE|WRONG|UNREAD), "([a-z-]+)"', text))
    told |= set(re.findall(r'Unreadable\("([a-z-]+)"', text)) | set(
        re.findall(r'keep\(\s*"([a-z-]+)"', text)
    )
    assert len(told) > 25
    assert told <= set(words.SENTENCES)


def test_a_sentence_with_a_time_of_no_calendar_is_said(place):
    from pishkhan_verify.monitor.told import Told  # noqa: PLC0415

    values = {"name": "w", "at": 2**63 - 1, "size": 1}
    for lang in ("fa", "en"):
        assert "9223372036854775807 s" in words.line(
            Told("wrong", "cosigned-ahead", "o", "s", values), lang
        )


def test_the_program_names_its_monitor_and_the_monitor_its_options():
    for arguments in (["--help"], ["monitor", "--help"]):
        with pytest.raises(SystemExit) as end:
            verifier.main(arguments)
        assert end.value.code == 0
    with pytest.raises(Unreadable):
        web.place("gopher://a/")
    assert HOUR == 3600
    assert Server
