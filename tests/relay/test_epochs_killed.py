"""Killed while it begins a new epoch, a node goes on from there, and signs nothing between."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from tests.relay.other_node import OtherNode

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.errors import Unavailable
from pishkhan.node import wiring
from pishkhan.relay import api as relay
from pishkhan.relay.models import OwnEpoch
from pishkhan.sealing import api as sealing
from pishkhan.sealing.logic import keys

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).parents[2]
CHILD = """
import os
from pathlib import Path
import django
django.setup()
from django.conf import settings
from django.db import connection
connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
settings.HOME = Path(os.environ["CRASH_HOME"])
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import faults
from pishkhan.relay import api
faults.arm(os.environ["CRASH_AT"])
api.begin_epoch(SYSTEM)
"""


@pytest.fixture
def stick(settings, tmp_path: Path) -> Path:
    """Return where the stick is; the node has a home of its own."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.BLOB_ROOT = settings.HOME / "blobs"
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


def killed(point: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", CHILD], check=False, capture_output=True, cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_HOME": str(django_settings.HOME), "CRASH_AT": point,
        },
    )  # fmt: skip
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    keys.forget()


@pytest.mark.parametrize(
    ("point", "begun", "signs"),
    [
        ("epoch.log-begun", False, True),
        ("epoch.told", True, False),
        ("switch.begun", True, False),
        ("switch.marked", True, True),
    ],
)
def test_killed_at_any_line_the_next_start_or_the_command_ends_it(
    post, stick, point, begun, signs
) -> None:
    wiring.introduce()
    village = OtherNode()
    post.counter = village.counter
    message = post.send("waits", back=True)
    relay.drain()
    first = sealing.node_key()
    killed(point)
    assert OwnEpoch.objects.exists() is begun
    if not signs:
        with pytest.raises(Unavailable, match=r"relay\.epoch-unfinished"):
            relay.export_bundle(village.id, stick)
    wiring.introduce()  # as each start does
    if not begun:
        assert sealing.node_key() == first
        relay.begin_epoch(SYSTEM)
    told = directory.node_self()
    assert (told.epoch, told.key_id) == (2, sealing.node_key().key_id)
    assert told.key_id != first.key_id
    assert told.recipient == sealing.seal_recipient()
    relay.drain()
    _, found = village.opened(relay.export_bundle(village.id, stick).path)
    assert [header.message for header, _ in found] == [message]
