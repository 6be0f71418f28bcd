"""`pishkhan fsck` beside a node at work: no false finding, nothing written, honest exit codes."""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, connections
from tests.letters.world import World, drain
from tests.node import fsck_ground
from tests.node.fsck_ground import Ground

from pishkhan.journal import api as journal
from pishkhan.journal import guard, triggers
from pishkhan.kernel import clock, snapshot
from pishkhan.kernel.findings import Survey
from pishkhan.letters import api as letters
from pishkhan.letters.models import Submission
from pishkhan.node import cli, wiring
from pishkhan.node.commands import fsck
from pishkhan.node.console import Stop


@pytest.fixture
def ground(tmp_path: Path, transactional_db: None) -> Iterator[Ground]:
    with ExitStack() as stack:
        home = stack.enter_context(fsck_ground.home(tmp_path / "home"))
        yield fsck_ground.make(home)


def run(capsys: pytest.CaptureFixture[str], *, only: str = "", as_json: bool = True) -> Any:
    """Run the command; return its exit code and what it printed."""
    words = ["fsck", *(["--json"] if as_json else []), *(["--only", only] if only else [])]
    args = cli.parser(words).parse_args(words)
    code = int(args.run(args))
    said = capsys.readouterr()
    return code, (json.loads(said.out) if as_json and said.out else said.out), said.err


def work(world: World, stop: threading.Event, done: list[int], faults: list[Exception]) -> None:
    """Accept, register, carry and log, on and on, as web and worker do."""
    key = wiring.LogKey()
    try:
        while not stop.is_set():
            _, arrival = world.arrive()
            letters.register(world.registrar, arrival)
            world.accept()
            journal.step(key)
            drain()
            done.append(1)
    except Exception as error:
        faults.append(error)
    finally:
        connections.close_all()


def test_a_node_at_work_gives_no_false_finding(ground: Ground) -> None:
    stop, done, faults = threading.Event(), list[int](), list[Exception]()
    thread = threading.Thread(target=work, args=(ground.world, stop, done, faults))
    thread.start()
    try:
        for _ in range(6):
            before, survey = len(done), Survey()
            findings = list(fsck.check(fsck.PARTS, survey))
            while len(done) == before and not faults:
                stop.wait(0.05)
            assert findings == []
            assert survey.seen["entries"] > 100
    finally:
        stop.set()
        thread.join(timeout=60)
    assert faults == []
    assert len(done) >= 6


def test_all_is_read_at_one_moment(ground: Ground) -> None:
    def accept() -> None:
        ground.world.accept()
        connections.close_all()

    with snapshot.reading():
        before = Submission.objects.count()
        thread = threading.Thread(target=accept)
        thread.start()
        thread.join(timeout=30)
        assert not thread.is_alive()  # who reads stands in no writer's way
        assert Submission.objects.count() == before
    assert Submission.objects.count() == before + 1


def test_a_snapshot_can_not_write_not_even_past_the_guard(ground: Ground) -> None:
    with guard.suspended("flush"), pytest.raises(DatabaseError), snapshot.reading():
        Submission.objects.update(subject="other")
    assert not Submission.objects.filter(subject="other").exists()
    ground.world.accept()  # and the connection writes again afterwards


def test_nothing_is_written(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    with beside():
        ground.world.accept()  # on SQLite it stands in the WAL, and is not folded in meanwhile
        connections.close_all()
        before = everything(ground.home)
        assert run(capsys)[0] == 0
        assert everything(ground.home) == before


@contextmanager
def beside() -> Iterator[None]:
    """Keep SQLite's file open by another program, as a running node does."""
    if connection.vendor != "sqlite":
        yield
        return
    with closing(sqlite3.connect(settings.DATABASES["default"]["NAME"])) as other:
        other.execute("SELECT COUNT(*) FROM journal_entry").fetchone()
        yield


def everything(home: Path) -> dict[str, Any]:
    """Return bytes and time of each file of the home, and of the database what it holds."""
    files = [path for path in home.rglob("*") if path.is_file()]
    if connection.vendor == "sqlite":
        name = Path(str(settings.DATABASES["default"]["NAME"]))
        files += [name, name.with_name(f"{name.name}-wal")]
    told: dict[str, Any] = {
        str(path): (path.stat().st_mtime_ns, hashlib.sha256(path.read_bytes()).hexdigest())
        for path in files
    }
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in sorted(connection.introspection.table_names()):
                # xmin names the transaction that wrote a row's present version.
                cursor.execute(f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"')
                told[table] = cursor.fetchone()
    return told


def test_clean_is_0_and_says_what_it_looked_at(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said, _err = run(capsys)
    assert (code, said["ok"], said["findings"], said["more"]) == (0, True, [], 0)
    assert said["parts"] == list(fsck.PARTS)
    assert said["seen"]["letters"] > 10
    # What the entries can not tell is said, never passed over in silence.
    assert said["underived"]["referrals that a letter begins with"] > 0
    assert said["underived"]["whether an internal letter is answered"] == 1


def test_a_disagreement_is_1_with_code_sentence_and_remedy_and_no_words_of_anybody(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    with guard.suspended("flush"):
        Submission.objects.filter(pk=ground.registered.letter_id).update(
            subject="راز", applicant_name="نام"
        )
    code, said, _err = run(capsys)
    (finding,) = said["findings"]
    assert (code, finding["code"]) == (1, "letters.content")
    assert finding["subject"] == str(ground.registered.letter_id)
    assert finding["remedy"]
    assert "راز" not in json.dumps(said, ensure_ascii=False)
    code, told, _err = run(capsys, as_json=False)
    assert code == 1
    assert "letters.content" in told


def test_only_some_parts_are_looked_at(ground: Ground, capsys: pytest.CaptureFixture[str]) -> None:
    with guard.suspended("flush"):
        Submission.objects.filter(pk=ground.registered.letter_id).update(body="other words")
    code, said, _err = run(capsys, only="log,relay")
    assert (code, said["parts"]) == (0, ["log", "relay"])
    assert set(said["seen"]) == {"leaves", "envelopes", "items"}
    with pytest.raises(SystemExit) as caught:
        cli.parser(["fsck"]).parse_args(["fsck", "--only", "everything"])
    assert caught.value.code == 2


def test_what_could_not_be_checked_is_2_and_no_key_is_made(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    (ground.home / "keys/log.key").unlink()
    code, said, err = run(capsys)
    assert (code, said) == (2, "")
    assert "keys/log.key" in err
    assert not (ground.home / "keys/log.key").exists()


def test_tables_of_another_version_are_not_judged(
    ground: Ground, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def stale() -> None:
        raise Stop("not up to date")

    monkeypatch.setattr(fsck, "_all_migrated", stale)
    assert run(capsys)[0] == 2
    monkeypatch.undo()
    monkeypatch.setattr(fsck, "look", broken)
    code, _said, err = run(capsys)
    assert code == 2
    assert "DatabaseError" in err
    assert "a person's row" not in err


def broken(*_given: object) -> Iterator[Any]:
    raise DatabaseError("a person's row")


def test_a_demonstration_turns_its_clock_back_and_is_told_so(
    ground: Ground, capsys: pytest.CaptureFixture[str], settings: Any
) -> None:
    with guard.suspended("flush"):
        triggers.drop(connection)
        fsck_ground.rewrite(at=clock.current().now() - timedelta(days=3))
        triggers.create(connection)
    assert run(capsys, only="entries")[0] == 1
    settings.DEMO = True
    code, said, _err = run(capsys, only="entries")
    assert code == 0
    assert said["underived"]["order of entries"] == 1


def test_many_findings_are_counted_beyond_what_is_held(
    ground: Ground, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fsck, "MOST", 3)
    with guard.suspended("flush"):
        changed = Submission.objects.update(body="other words")
    _code, said, _err = run(capsys, only="letters")
    assert (len(said["findings"]), said["more"]) == (3, changed - 3)


def test_the_arguments_are_those_that_are_documented() -> None:
    args = cli.parser(["fsck"]).parse_args(["fsck", "--only", "log, blobs"])
    assert isinstance(args, argparse.Namespace)
    assert args.only == ("log", "blobs")


def test_a_log_that_was_begun_anew_has_a_key_of_its_own(
    ground: Ground, capsys: pytest.CaptureFixture[str]
) -> None:
    former = (ground.home / "keys/log.key").read_bytes()
    journal.begin_anew()
    code, _told, said = run(capsys)
    assert code == fsck.NOT_CHECKED
    assert "keys/log-epoch-2.key" in said
    assert not (ground.home / "keys/log-epoch-2.key").exists()
    fsck_ground.log()
    assert run(capsys)[0] == 0
    ground.world.answered()
    fsck_ground.log()
    code, told, _said = run(capsys)
    assert (code, told["underived"].get("logs of former keys", 0)) == (0, 0)
    assert "promises of other keys" not in told["underived"]
    assert (ground.home / "keys/log.key").read_bytes() == former
    assert (ground.home / "keys/log-epoch-2.key").read_bytes() != former
