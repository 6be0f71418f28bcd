"""Real processes: a node that starts, answers, and leaves nothing behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """The home of a node whose tables are made, to be copied."""
    home = tmp_path_factory.mktemp("migrated") / "home"
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PISHKHAN_", "DJANGO_"))}
    env |= {"PISHKHAN_HOME": str(home), "PISHKHAN_DEMO": "1"}
    subprocess.run([sys.executable, "-m", "pishkhan", "migrate"], env=env, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return home


@pytest.fixture
def node(tmp_path, migrated):
    """The environment of a fresh demonstration node on SQLite."""
    shutil.copytree(migrated, tmp_path / "home")
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PISHKHAN_", "DJANGO_"))}
    env |= {
        "PISHKHAN_HOME": str(tmp_path / "home"),
        "PISHKHAN_DEMO": "1",
        "PISHKHAN_LANG": "en",
        "PORT": str(free_port()),
    }
    return env


@contextmanager
def start(env, *arguments):
    """Run a command; one that a failed test leaves behind is killed, not waited for."""
    with subprocess.Popen(
        [sys.executable, "-m", "pishkhan", *arguments], env=env, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    ) as process:  # fmt: skip
        try:
            yield process
        except BaseException:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            raise


def wait_healthy(env, seconds=20):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with opener.open(f"http://127.0.0.1:{env['PORT']}/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            time.sleep(0.05)
    return False


def family(process):
    """Return a process and all its descendants, as handles that outlive it."""
    top = psutil.Process(process.pid)
    return [top, *top.children(recursive=True)]


def assert_all_gone(processes, seconds=20):
    _gone, alive = psutil.wait_procs(processes, timeout=seconds)
    alive = [p for p in alive if p.is_running() and p.status() != psutil.STATUS_ZOMBIE]
    for process in alive:
        process.kill()
    assert alive == []


def test_serve_answers_on_port_and_ends_on_sigterm(node):
    with start(node, "serve") as process:
        assert wait_healthy(node)
        whole = family(process)
        assert len(whole) >= 2
        process.terminate()
        assert process.wait(20) == 0
        assert_all_gone(whole)


def test_children_of_a_killed_server_end_too(node):
    with start(node, "serve") as process:
        assert wait_healthy(node)
        whole = family(process)
        process.kill()
        assert_all_gone(whole)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_stalled_bodies_do_not_keep_a_server_from_ending(node, number):
    with start(node, "serve") as process, ExitStack() as lines:
        assert wait_healthy(node)
        for _ in range(4):
            line = socket.create_connection(("127.0.0.1", int(node["PORT"])))
            lines.callback(line.close)
            line.sendall(
                b"POST /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n"
                b"Content-Length: 1000\r\n\r\nlogin="
            )
        time.sleep(0.3)
        whole = family(process)
        process.send_signal(number)
        assert_all_gone(whole)


def test_the_worker_finishes_and_ends_on_sigterm(node):
    with start(node, "worker") as process:
        assert process.stderr is not None
        assert "worker started" in process.stderr.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_production_node_refuses_demonstration_data(node):
    home = Path(node["PISHKHAN_HOME"])
    (home / "demonstration-data").touch()
    node |= {"PISHKHAN_DEMO": "0", "PISHKHAN_SECRET_KEY": "y" * 50}
    for command in ("serve", "worker"):
        with start(node, command) as process:
            _out, err = process.communicate(timeout=30)
            assert process.returncode == 8
            assert "demonstration data" in err


def test_a_port_in_use_is_said_in_one_line(node):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(node["PORT"])))
        taken.listen()
        with start(node, "serve") as process:
            _out, err = process.communicate(timeout=30)
    assert process.returncode not in {0, None}
    assert node["PORT"] in err
    assert "Traceback" not in err


def test_missing_settings_are_said_in_one_line(node):
    del node["PISHKHAN_DEMO"]
    with start(node, "serve") as process:
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 8
    assert err.startswith("PISHKHAN_SECRET_KEY is not set.")
    assert err.count("\n") == 1
