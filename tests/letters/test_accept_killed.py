"""Processes killed while they accept: what was acknowledged is there, whole, and nothing half."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal
from uuid import UUID

from django.conf import settings
from django.db import connection

from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from tests.letters.world import World, drain, image

PROCESSES = 3
LETTERS_BEFORE_KILL = 5

PROGRAM = """
import json, os, sys
import django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from django.conf import settings
from uuid import UUID
settings.HOME = __import__("pathlib").Path(sys.argv[2])
settings.BLOB_ROOT = settings.HOME / "blobs"
settings.KEYS_ROOT = settings.HOME / "keys"
from pishkhan.directory import api as directory
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Acceptance, Applicant, IdKind
from tests.letters.world import national_id, page
user, counter, agency, mark = sys.argv[3:]
actor = directory.actor_for(UUID(user), UUID(counter))
n = 0
while True:
    n += 1
    name = f"{mark} {n}"
    accepted = letters.accept(actor, Acceptance(
        nonce=new_id(),
        applicant=Applicant(IdKind.NATIONAL, national_id(n % 7), "فرد نمونه"),
        agency_id=UUID(agency), subject=f"نامه {name}", fee=letters.letter_fee(actor),
        pages=(page(name),)))
    print(json.dumps([str(accepted.letter_id), accepted.tracking_code, name]), flush=True)
"""


def _start(world: World, n: int) -> subprocess.Popen[str]:
    actor = (world.clerk, world.second_clerk, world.other_clerk)[n]
    assert actor.office is not None
    return subprocess.Popen(
        [
            sys.executable,
            "-c",
            PROGRAM,
            str(connection.settings_dict["NAME"]),
            str(settings.HOME),
            str(actor.user_id),
            str(actor.office.id),
            str(world.agency),
            f"process {n}",
        ],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=Path(__file__).resolve().parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


def arrivals(world: World) -> dict[str, UUID]:
    """Return all arrivals at the water company by their codes.

    A process that is slow to start leaves the others the time for hundreds of letters.
    """
    found: dict[str, UUID] = {}
    after = None
    while True:
        page = letters.arrivals(world.registrar, after=after, limit=100)
        found |= {row.tracking_code: row.id for row in page.rows}
        if page.next is None:
            return found
        after = page.next


def test_every_acknowledged_letter_survives_kill_nine(world: World) -> None:
    running = [_start(world, n) for n in range(PROCESSES)]
    acknowledged = []
    try:
        for process in running:
            assert process.stdout is not None
            for _ in range(LETTERS_BEFORE_KILL):
                acknowledged.append(json.loads(process.stdout.readline()))
        for process in running:
            time.sleep(0.013)
            process.send_signal(signal.SIGKILL)
    finally:
        for process in running:
            process.kill()
            process.wait(30)
            assert process.stdout is not None
            # What was acknowledged between the reading and the kill counts as well. Read on from
            # the same buffer: it may hold the beginning of what is left in the pipe.
            with process.stdout as rest:
                acknowledged += [json.loads(line) for line in rest if line.endswith("]\n")]
    drain()
    arrived = arrivals(world)
    clerk_of = {world.counter: world.clerk, world.other_counter: world.other_clerk}
    assert len({code for _, code, _ in acknowledged}) == len(acknowledged)
    for letter_id, code, name in acknowledged:
        clerk = clerk_of[world.other_counter if name.startswith("process 2") else world.counter]
        view = letters.submission(clerk, UUID(letter_id))
        assert view.row.tracking_code == code
        doors: tuple[tuple[Literal["counter", "agency"], Actor, UUID], ...] = (
            ("counter", clerk, UUID(letter_id)),
            ("agency", world.registrar, arrived[code]),
        )
        for side, actor, key in doors:
            found = letters.page_blob(actor, side, key, 1)
            assert b"".join(letters.blob_store().iter_chunks(found.digest)) == image(name)
