"""The SQLite backend's fair turn. On either lane: the engine is opened here, on its own file."""

import multiprocessing
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction
from django.db.utils import ConnectionHandler

from pishkhan.kernel.backends.sqlite3 import turn
from pishkhan.node import env


def open_database(path: Path | str, timeout: float = 20):
    settings = env.database({"PISHKHAN_DATABASE_URL": f"sqlite:///{path}"}, Path("/nowhere"))
    if isinstance(path, str):
        settings["NAME"] = path  # a database in memory, which an address of a node never names
    settings["OPTIONS"]["timeout"] = timeout
    connection = ConnectionHandler({"default": settings})["default"]
    connection.inc_thread_sharing()
    return connection


class Transaction:
    """`atomic` for a connection that is not in Django's global handler."""

    def __init__(self, connection):
        self.connection = connection

    def __enter__(self):
        self.connection.ensure_connection()
        self.connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        self.connection.in_atomic_block = True
        return self.connection.cursor()

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self.connection.in_atomic_block = False
                self.connection.commit()
            else:
                self.connection.in_atomic_block = False
                self.connection.rollback()
        except BaseException:
            self.connection.rollback()
            raise
        finally:
            self.connection.set_autocommit(True)


@pytest.fixture(autouse=True)
def _open_here(django_db_blocker):
    """These tests open files of their own, never the lane's database."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def path():
    """A database on a disk: turns are shared evenly where a commit takes its time."""
    folder = Path(__file__).parents[2] / "build"
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as made:
        yield _made(Path(made) / "turn.sqlite3")


def _made(target):
    connection = open_database(target)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE tally (who TEXT PRIMARY KEY, n INTEGER NOT NULL)")
    connection.close()
    return target


def add_one(connection, who):
    """One transaction; return the sum of all before it."""
    with Transaction(connection) as cursor:
        cursor.execute("SELECT COALESCE(SUM(n), 0) FROM tally")
        total = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO tally VALUES (%s, 1) ON CONFLICT (who) DO UPDATE SET n = n + 1", [who]
        )
    return total


def work_until(path, who, total, barrier):
    connection = open_database(path)
    connection.ensure_connection()
    barrier.wait(30)
    while add_one(connection, who) < total:
        pass
    connection.close()


def tally(path):
    connection = open_database(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT who, n FROM tally")
        rows = Counter(dict(cursor.fetchall()))
    connection.close()
    return rows


def test_the_atomic_of_django_takes_and_gives_the_turn(path, monkeypatch):
    monkeypatch.setitem(connections.settings, "turn", open_database(path).settings_dict)
    connection: Any = connections["turn"]
    with transaction.atomic("turn"), connection.cursor() as cursor:
        assert connection._turn is not None
        with transaction.atomic("turn"):
            cursor.execute("INSERT INTO tally VALUES ('kept', 1)")
        with suppress(RuntimeError), transaction.atomic("turn"):
            cursor.execute("INSERT INTO tally VALUES ('undone', 1)")
            raise RuntimeError
        assert connection._turn is not None, "a savepoint gave the turn away"
    assert connection._turn is None
    with suppress(RuntimeError), transaction.atomic("turn"):
        raise RuntimeError
    assert connection._turn is None
    assert tally(path) == Counter(kept=1)
    connection.close()
    del connections["turn"]


def test_threads_share_the_file_evenly(path):
    barrier = threading.Barrier(8)
    threads = [
        threading.Thread(target=work_until, args=(path, f"t{i}", 400, barrier)) for i in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    rows = tally(path)
    assert rows.total() >= 400
    assert len(rows) == 8
    assert min(rows.values()) * 2 >= max(rows.values())


def test_processes_share_the_file_evenly(path):
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(3)
    processes = [
        spawn.Process(target=work_until, args=(path, f"p{i}", 300, barrier)) for i in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    rows = tally(path)
    assert rows.total() >= 300
    assert len(rows) == 3
    assert min(rows.values()) * 3 >= max(rows.values())


def test_a_greedy_thread_does_not_starve_another_process(path):
    spawn = multiprocessing.get_context("spawn")
    barrier = spawn.Barrier(5)
    other = spawn.Process(target=work_until, args=(path, "other", 200, barrier))
    other.start()
    threads = [
        threading.Thread(target=work_until, args=(path, f"t{i}", 200, barrier)) for i in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    other.join(60)
    rows = tally(path)
    # Processes alternate, so the lone writer has about half of all turns, not a fifth.
    assert rows["other"] >= rows.total() / 5


def test_turns_come_in_the_order_of_asking(tmp_path):
    line = turn.Turn(tmp_path / "turn")
    assert line.acquire(1)
    order: list[int] = []

    def wait(number):
        assert line.acquire(30)
        order.append(number)
        line.release()

    threads = []
    for number in range(6):
        thread = threading.Thread(target=wait, args=(number,))
        thread.start()
        while line.waiting() <= number:
            time.sleep(0.001)
        threads.append(thread)
    line.release()
    for thread in threads:
        thread.join(30)
    assert order == [0, 1, 2, 3, 4, 5]


def test_who_has_waited_longer_at_the_gate_looks_more_often(tmp_path, monkeypatch):
    naps: list[float] = []
    monkeypatch.setattr(
        turn, "time", SimpleNamespace(sleep=naps.append, monotonic=lambda: sum(naps))
    )
    monkeypatch.setattr(turn, "_try_lock", lambda _fd, _byte: False)
    assert not turn.Turn(tmp_path / "turn").acquire(1.0)
    waited, short = 0.0, 1.0
    for nap in naps:
        if waited < 0.4:  # longer than anybody waits for short transactions
            assert nap <= short
            short = nap
        waited += nap
    assert naps[0] >= 4 * short
    assert naps[-1] == turn.LONG_NAP  # behind a long writer nobody is in haste


def test_a_turn_that_does_not_come_is_an_operational_error_and_harms_nobody(path):
    holder, hasty = open_database(path), open_database(path, timeout=0.05)
    with Transaction(holder) as cursor:
        with pytest.raises(OperationalError, match="turn"):
            add_one(hasty, "hasty")
        cursor.execute("INSERT INTO tally VALUES ('holder', 1)")
    add_one(hasty, "hasty")
    assert tally(path) == Counter(holder=1, hasty=1)
    holder.close()
    hasty.close()


def test_a_single_write_outside_a_transaction_stands_in_line_too(path):
    holder, hasty = open_database(path), open_database(path, timeout=0.05)
    hasty.ensure_connection()
    with Transaction(holder), pytest.raises(OperationalError, match="turn"):
        hasty.cursor().execute("INSERT INTO tally VALUES ('hasty', 1)")
    hasty.cursor().execute("INSERT INTO tally VALUES ('hasty', 1)")
    hasty.cursor().executemany("INSERT INTO tally VALUES (%s, 1)", [("a",), ("b",)])
    assert hasty._turn is None
    assert tally(path).total() == 3
    holder.close()
    hasty.close()


def test_a_rollback_gives_the_turn_back(path):
    first, second = open_database(path), open_database(path, timeout=0.05)
    with suppress(RuntimeError), Transaction(first) as cursor:
        cursor.execute("INSERT INTO tally VALUES ('gone', 1)")
        raise RuntimeError
    add_one(second, "second")
    assert tally(path) == Counter(second=1)
    first.close()
    second.close()


def test_a_failed_commit_gives_the_turn_back(path):
    first, second = open_database(path), open_database(path, timeout=0.05)
    with first.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE child (who TEXT REFERENCES tally (who) DEFERRABLE INITIALLY DEFERRED)"
        )
    with pytest.raises(IntegrityError), Transaction(first) as cursor:
        cursor.execute("INSERT INTO child VALUES ('nobody')")
    add_one(second, "second")
    first.close()
    second.close()


def test_closing_a_connection_gives_the_turn_back(path):
    first, second = open_database(path), open_database(path, timeout=0.05)
    first.ensure_connection()
    first.take_turn()
    first.close()
    add_one(second, "second")
    second.close()


HOLDER = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from tests.node.test_sqlite_turn import Transaction, open_database
connection = open_database(sys.argv[1])
with Transaction(connection) as cursor:
    cursor.execute("INSERT INTO tally VALUES ('killed', 1)")
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_killed_process_leaves_neither_lock_nor_row(path):
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        hasty = open_database(path, timeout=0.05)
        with pytest.raises(OperationalError):
            add_one(hasty, "hasty")
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    add_one(hasty, "hasty")
    assert tally(path) == Counter(hasty=1)
    hasty.close()


def test_a_database_in_memory_queues_its_own_threads():
    first = open_database("file:turns?mode=memory&cache=shared", timeout=0.05)
    second = open_database("file:turns?mode=memory&cache=shared", timeout=0.05)
    second.ensure_connection()
    with Transaction(first), pytest.raises(OperationalError, match="turn"):
        second.take_turn()
    second.take_turn()
    second.give_turn()
    assert not list(Path.cwd().glob("*turns*"))


def test_the_engine_syncs_every_commit_and_reads_beside_a_writer(path):
    connection = open_database(path)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
        cursor.execute("PRAGMA synchronous")
        assert cursor.fetchone()[0] == 2
    reader = open_database(path, timeout=0.05)
    with Transaction(connection) as cursor:
        cursor.execute("INSERT INTO tally VALUES ('new', 1)")
        assert tally(path) == Counter()
    assert tally(path) == Counter(new=1)
    reader.close()
    connection.close()
