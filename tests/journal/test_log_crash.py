"""A worker killed at any line of the log loses and doubles no entry, and the log verifies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from tests.journal.log_key import LogKey
from tests.journal.test_sequence import check, write

from pishkhan.journal import api
from pishkhan.journal.models import Entry

ROOT = Path(__file__).resolve().parents[2]
POINTS = (
    "sequence.taken",
    "sequence.placed",
    "sequence.signed",
    "sequence.committed",
    "publish.derived",
    "publish.tiles-written",
    "publish.checkpoint-written",
)
CHILD = """
import os
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
settings.HOME = Path(os.environ["CRASH_HOME"])
from tests.journal.log_key import LogKey
from pishkhan.journal import api
from pishkhan.kernel import faults
faults.arm(os.environ["CRASH_AT"])
while api.step(LogKey()):
    pass
"""


def child(home: Path, point: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD],
        check=False,
        capture_output=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_HOME": str(home),
            "CRASH_AT": point,
        },
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr.decode()
    return ended.returncode


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_any_line_loses_and_doubles_nothing(point: str, tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    write(270)
    while api.step(LogKey()):
        pass
    write(3)
    assert child(tmp_path, point) == -signal.SIGKILL, "the point was not met"
    write(2)
    while api.step(LogKey()):
        pass
    assert list(Entry.objects.order_by("index").values_list("index", flat=True)) == [*range(275)]
    assert api.scrub() == []
    check(275)


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_not_killed_does_all_of_it(tmp_path, settings):
    settings.HOME = tmp_path
    api.found_log()
    write(3)
    assert child(tmp_path, "no.such-point") == 0
    check(3)
