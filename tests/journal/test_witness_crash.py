"""Killed anywhere, a witness never signs two roots of one size, and a log loses no cosignature."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.journal.asking import World, size_of
from tests.journal.foreign_log import ForeignLog
from tests.journal.signing import verify
from tests.journal.test_witness import Key, key, state

from pishkhan.journal import api
from pishkhan.journal.checkpoint import Note, cosigned_at, read_lines
from pishkhan.journal.logic.ask import request_for
from pishkhan.journal.models import Asked, Cosigned
from pishkhan.journal.witnessing import write_request

ROOT = Path(__file__).resolve().parents[2]
LOG, FORK = ForeignLog(), ForeignLog(word="another")
BEGIN = """
import json, os, sys
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
settings.HOME = Path(os.environ["CRASH_HOME"])
from tests.journal.signing import verify
from pishkhan.journal import api
from pishkhan.kernel import faults
faults.arm(os.environ["CRASH_AT"])
"""
WITNESS = """
from tests.journal.test_witness import Key
for body in json.load(sys.stdin):
    answer = api.add_checkpoint(body.encode(), Key, verify)
    print(json.dumps([answer.status, answer.body.decode()]), flush=True)
"""
LOG_SIDE = """
from tests.journal.asking import World
world = World(settings.HOME)
api.ask_step(world.post, verify)
"""


def child(program: str, home: Path, point: str, told: str = "") -> tuple[int, list[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        check=False,
        capture_output=True,
        cwd=ROOT,
        input=told,
        text=True,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_HOME": str(home),
            "CRASH_AT": point,
        },
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode, ended.stdout.splitlines()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("point", "remembered"),
    [
        ("witness.written", 3),
        ("witness.committed", 7),
        ("witness.remembered", 7),
        ("witness.signed", 7),
    ],
)
def test_a_witness_killed_anywhere_never_signs_two_roots(point, remembered, tmp_path, settings):
    settings.HOME = tmp_path
    (tmp_path / "witness.policy").write_text(f"log {LOG.key}\nquorum none\n")
    assert api.add_checkpoint(LOG.ask(0, 3), Key, verify).status == 200
    code, told = child(WITNESS, tmp_path, point, json.dumps([LOG.ask(3, 7).decode()]))
    assert (code, told) == (-signal.SIGKILL, []), "the point was not met"
    assert state()[0][1] == remembered
    if remembered == 3:  # nobody saw a signature of size 7: nothing binds it yet
        assert api.add_checkpoint(LOG.ask(3, 7), Key, verify).status == 200
    else:
        fork = write_request(3, LOG.proof(3, 7), FORK.note(7))
        assert api.add_checkpoint(fork, Key, verify).body == b"7\n"
        assert api.add_checkpoint(LOG.ask(3, 7), Key, verify).body == b"7\n"
    assert api.add_checkpoint(FORK.ask(7, 7), Key, verify).status == 422
    answer = api.add_checkpoint(LOG.ask(7, 7), Key, verify)
    note = Note(LOG.note(7).text, read_lines(answer.body.decode()))
    assert cosigned_at(note, key(), verify)


@pytest.mark.django_db(transaction=True)
def test_a_witness_that_is_not_killed_answers(tmp_path, settings):
    settings.HOME = tmp_path
    (tmp_path / "witness.policy").write_text(f"log {LOG.key}\nquorum none\n")
    bodies = [LOG.ask(0, 3).decode(), LOG.ask(3, 7).decode(), FORK.ask(7, 7).decode()]
    code, told = child(WITNESS, tmp_path, "no.such-point", json.dumps(bodies))
    assert (code, [json.loads(each)[0] for each in told]) == (0, [200, 200, 422])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("point", "kept"), [("ask.answered", 0), ("ask.kept", 1)])
def test_a_log_killed_while_it_asks_has_them_in_the_end(point, kept, tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    world = World(tmp_path)
    world.grow()
    code, _ = child(LOG_SIDE, tmp_path, point)
    assert code == -signal.SIGKILL, "the point was not met"
    assert Asked.objects.count() == kept
    assert Cosigned.objects.count() == 1
    # The killed process had its witness in memory; this one remembers what it was asked.
    world.a.take(request_for(Cosigned.objects.get(), 0))
    world.ask()
    assert size_of(api.witnessed()) == 3
