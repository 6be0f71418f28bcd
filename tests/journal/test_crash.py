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

connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
subject = UUID(os.environ["CRASH_SUBJECT"])
with api.act() as act:
    act.append("letter.noted", subject=subject, actor="system", fields={"n": 1})
    with api.act() as inner:
        inner.append("letter.noted", subject=subject, actor="system", fields={"n": 2})
    if os.environ["CRASH_WHERE"] == "inside":
        os.kill(os.getpid(), signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("where", "left"), [("inside", 0), ("after", 2)])
def test_a_killed_process_leaves_a_whole_act_or_nothing(where, left):
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
        },
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    views = api.entries_of(UUID(subject))
    assert len(views) == left
    for view in views:
        assert api.check_opening(api.opening(view.id, ["n"]), view.commit)
    with api.act() as act:
        act.append("letter.noted", subject=UUID(subject), actor="system")
    assert len(api.entries_of(UUID(subject))) == left + 1
