"""Runs commands of one node without starting Python and Django for each.

A process per environment sets Django up once and forks for every command, which goes through
`pishkhan.node.cli.main` like any other. A test that wants a process from its first line, or kills
one, starts it itself.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
from pathlib import Path

SERVER = """
import json, os, sys, traceback
os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"
from pishkhan.node import cli
cli.set_up()
from django.urls import get_resolver
get_resolver().url_patterns
for line in sys.stdin:
    job = json.loads(line)
    pid = os.fork()
    if pid:
        _, status = os.waitpid(pid, 0)
        os.write(1, b"%d\\n" % os.waitstatus_to_exitcode(status))
        continue
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number in (1, 2):
        os.dup2(os.open(job["into"] + "/" + str(number), os.O_WRONLY | os.O_CREAT), number)
    sys.argv = ["pishkhan", *job["words"]]
    code = 1
    try:
        code = cli.main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
"""
MOST = 3  # environments kept at a time: each takes the memory of a node's process

_kept: dict[tuple[tuple[str, str], ...], subprocess.Popen[bytes]] = {}


def run(words: list[str], env: dict[str, str], cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run `pishkhan WORDS` and return its exit code and what it wrote."""
    kept = _prompt(env, cwd)
    assert kept.stdin
    assert kept.stdout
    with tempfile.TemporaryDirectory() as into:
        kept.stdin.write(json.dumps({"words": words, "into": into}).encode() + b"\n")
        kept.stdin.flush()
        told = kept.stdout.readline()
        assert told, "the process that forks for commands is gone"
        out, err = (Path(into, number) for number in ("1", "2"))
        return subprocess.CompletedProcess(words, int(told), out.read_bytes(), err.read_bytes())


def _prompt(env: dict[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    key = (("", str(cwd)), *sorted(env.items()))
    kept = _kept.pop(key, None)
    if kept is None or kept.poll() is not None:
        kept = subprocess.Popen(
            [sys.executable, "-c", SERVER], cwd=cwd, env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
    _kept[key] = kept  # the newest stands last
    while len(_kept) > MOST:
        _close(_kept.pop(next(iter(_kept))))
    return kept


def _close(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    process.stdout.close()
    process.wait(30)


@atexit.register
def close() -> None:
    """End every process that is kept."""
    while _kept:
        _close(_kept.popitem()[1])
