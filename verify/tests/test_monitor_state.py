"""What a monitor remembers, whatever happens to it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pishkhan_verify.monitor import cli, sources, state
from tests import maker
from tests.watching import remembered


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
    value: object
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


def test_a_real_kill_at_any_write_loses_nothing_that_was_reported(place):
    log = place.log().grow(20)
    place.clock[0] = int(time.time())  # the program below has this machine's clock
    log.publish(at=place.now() - 200)
    other = log.branch(place.folder / "other", 10).grow(30)
    other.publish(at=place.now() - 100)
    server, monitor = place.serve(log), place.monitor()
    monitor.look(server.url, code=0)
    program = (
        "import os, sys; from pishkhan_verify import cli;"
        "left = [int(sys.argv.pop(1))]; real = os.fsync\n"
        "def fsync(fd):\n"
        "    left[0] -= 1\n"
        "    if left[0] < 0: os.kill(os.getpid(), 9)\n"
        "    real(fd)\n"
        "os.fsync = fsync; sys.exit(cli.main())"
    )
    rest = ["monitor", "--policy", monitor.policy, "--state", monitor.state, "--json"]
    environment = {"PYTHONPATH": str(Path(sources.__file__).parents[2]), "no_proxy": "*"}
    ended = []
    for count in range(0, 40, 4):
        command = [sys.executable, "-c", program, str(count), *rest, server.url, other.folder]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        ended.append(done.returncode)
        told = [json.loads(line)["code"] for line in done.stdout.splitlines()]
        if "not-beginning" in told:  # what was reported is there
            assert list(monitor.state.glob("evidence-*/2.checkpoint"))
        assert monitor.remembered["logs"][maker.ORIGIN]["newest"]["note"].split("\n")[1] == "20"
    assert ended[0] == -9
    assert ended[-1] == 1
    assert monitor.look(server.url, code=1).wrong == ["not-beginning"]
    assert len(list(monitor.state.glob("evidence-*"))) == 1


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
    steps: list[str] = []
    real_sync, real_replace = os.fsync, Path.replace

    def sync(fd):
        steps.append("sync")
        real_sync(fd)

    def replace(one, two):
        steps.append("rename")
        return real_replace(one, two)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(Path, "replace", replace)
    state.write(tmp_path / "x", b"1")
    assert steps == ["sync", "rename", "sync"]
    assert (tmp_path / "x").read_bytes() == b"1"
    assert [each.name for each in tmp_path.iterdir()] == ["x"]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    state.write(tmp_path / "x", b"1")

    def full(*_arguments):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        state.write(tmp_path / "x", b"2")
    assert [(each.name, each.read_bytes()) for each in tmp_path.iterdir()] == [("x", b"1")]


def test_every_file_and_folder_of_evidence_is_synced_before_it_has_its_name(tmp_path, monkeypatch):
    steps: list[str] = []
    real_rename = Path.rename
    monkeypatch.setattr(os, "fsync", lambda fd: steps.append("sync"))

    def rename(one, two):
        steps.append("rename")
        return real_rename(one, two)

    monkeypatch.setattr(Path, "rename", rename)
    state.write_folder(tmp_path / "e", {"a": b"1", "tile/0/000.p/1": b"2"})
    # two files; the folder, tile, tile/0, tile/0/000.p; its name
    assert steps == ["sync"] * 6 + ["rename", "sync"]


def test_tiles_are_read_anew_in_each_look(watched):
    given = sources.Web(watched.server.url)
    given.get("tile/0/000", 8192)
    assert given.kept
    sources.candidates(given)
    assert not given.kept


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
