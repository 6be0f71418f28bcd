"""A process that dies in an act leaves all of it or nothing."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from pishkhan.journal import api

CHILD = """
import os, signal, sys
import django
from django.conf import settings
django.setup()
from uuid import UUID
from django.db import connection
from pishkhan.journal import api
from pishkhan.kernel import faults

connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
subject = UUID(os.environ["CRASH_SUBJECT"])
faults.arm(os.environ["CRASH_WHERE"])
with api.act() as act:
    act.append("letter.noted", subject=subject, actor="system", fields={"n": 1})
    if os.environ["CRASH_ENTRIES"] == "2":
        with api.act() as inner:
            inner.append("letter.noted", subject=subject, actor="system", fields={"n": 2})
    if os.environ["CRASH_WHERE"] == "inside":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("entries", [1, 2])
@pytest.mark.parametrize(
    ("where", "left"),
    [
        ("inside", False),
        ("append.waiting", False),
        ("append.settled", False),
        ("append.committed", True),
        ("after", True),
    ],
)
def test_a_killed_process_leaves_a_whole_act_or_nothing(where, left, entries):
    subject = "0199c3a1-7c00-7a10-8000-00000000000a"
    root = Path(__file__).resolve().parents[2]
    ended = subprocess.run(
        [sys.executable, "-c", CHILD],
        check=False,
        capture_output=True,
        cwd=root,
        env={
            **os.environ,
            "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_SUBJECT": subject,
            "CRASH_WHERE": where,
            "CRASH_ENTRIES": str(entries),
        },
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    if where == "append.settled" and entries == 1 and connection.vendor == "postgresql":
        left = True  # one statement: it is whole, and nobody was told of it
    views = api.entries_of(UUID(subject))
    assert len(views) == (entries if left else 0)
    for view in views:
        assert api.check_opening(api.opening(view.id, ["n"]), view.commit)
    with api.act() as act:
        act.append("letter.noted", subject=UUID(subject), actor="system")
    assert len(api.entries_of(UUID(subject))) == len(views) + 1
