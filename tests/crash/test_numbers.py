"""Clerks killed without warning while they register: no gap, no twin, nothing acknowledged lost."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection

from pishkhan.journal import api as journal
from pishkhan.letters.contracts import ArrivalState
from pishkhan.letters.models import Arrival, Indicator, LetterNumber, StepRow
from pishkhan.relay import api as relay
from tests.letters.world import World, drain

ROOT = Path(__file__).resolve().parents[2]
CLERKS = 4
LETTERS = 100
ROUNDS = 2

CLERK = """
import os, sys
import django
django.setup()
from uuid import UUID
from django.db import connection
from pishkhan.directory import api as directory
from pishkhan.kernel.errors import Refused
from pishkhan.letters import api as letters

connection.settings_dict["NAME"] = os.environ["CRASH_NAME"]
actor = directory.actor_for(UUID(os.environ["CRASH_USER"]), UUID(os.environ["CRASH_POST"]))
print("ready", flush=True)
for line in sys.stdin:
    arrival = UUID(line.strip())
    try:
        issued = letters.register(actor, arrival)
    except Refused:
        continue  # registered by one that died before he could say so
    print(arrival, issued.number, flush=True)
"""


@dataclass
class Clerk:
    """A process that registers its letters, and what it acknowledged."""

    process: subprocess.Popen[str]
    waiting: list[UUID]
    said: list[str] = field(default_factory=list)


def hire(world: World, waiting: list[UUID]) -> Clerk:
    process = subprocess.Popen(
        [sys.executable, "-c", CLERK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "CRASH_NAME": str(connection.settings_dict["NAME"]),
            "CRASH_USER": str(world.registrar.user_id),
            "CRASH_POST": str(world.registrar.post_id),
        },
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("".join(f"{id_}\n" for id_ in waiting))
    process.stdin.close()
    return Clerk(process, waiting)


def leave(clerk: Clerk, acknowledged: dict[UUID, int]) -> None:
    """Read what the process said until it ended; a line cut short by its death does not count."""
    assert clerk.process.stdout is not None
    said = clerk.process.stdout.read()
    clerk.process.stdout.close()
    clerk.process.wait()
    for line in said[: said.rfind("\n") + 1].splitlines():
        if line != "ready":
            arrival, number = line.split()
            acknowledged[UUID(arrival)] = int(number)


def arrive(world: World) -> list[UUID]:
    """Let letters come in; return all that are there."""
    for _ in range(LETTERS):
        world.accept(pages=(), body="متن")
    drain()
    return list(Arrival.objects.order_by("id").values_list("id", flat=True))


def killed(staff: list[Clerk], chance: random.Random, acknowledged: dict[UUID, int]) -> int:
    """Kill two clerks, and about half of the others; return how many of the two had work left."""
    cut_short = 0
    for victim in chance.sample(staff, 2):
        time.sleep(chance.uniform(0.005, 0.05))
        os.kill(victim.process.pid, signal.SIGKILL)
        leave(victim, acknowledged)
        cut_short += any(id_ not in acknowledged for id_ in victim.waiting)
    for clerk in staff:
        if clerk.process.returncode is None:
            # Stopped in the middle too, but only half the time: some finish their pile.
            if chance.random() < 0.5:
                os.kill(clerk.process.pid, signal.SIGKILL)
            leave(clerk, acknowledged)
    return cut_short


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gap_and_no_twin_whoever_is_killed():
    world = World.make()
    waiting = arrive(world)
    chance = random.Random(1405)
    acknowledged: dict[UUID, int] = {}
    rounds = cut_short = 0
    # On a busy machine a clerk may have done his pile before the kill comes: then once more.
    while rounds < ROUNDS or (cut_short < ROUNDS and rounds < 10 * ROUNDS):
        left = [id_ for id_ in waiting if id_ not in acknowledged]
        if len(left) < LETTERS // 3:
            waiting = arrive(world)
            left = [id_ for id_ in waiting if id_ not in acknowledged]
        staff = [hire(world, left[n::CLERKS]) for n in range(CLERKS)]
        for clerk in staff:
            assert clerk.process.stdout is not None
            assert clerk.process.stdout.readline() == "ready\n"
        cut_short += killed(staff, chance, acknowledged)
        rounds += 1
    assert cut_short >= ROUNDS  # else they died at leisure and nothing was tested
    last = hire(world, waiting)
    leave(last, acknowledged)
    assert last.process.returncode == 0
    check(waiting, acknowledged)


def check(waiting: list[UUID], acknowledged: dict[UUID, int]) -> None:
    rows = dict(Arrival.objects.values_list("id", "number"))
    assert sorted(rows) == sorted(waiting)
    assert sorted(number or 0 for number in rows.values()) == list(range(1, len(waiting) + 1))
    for arrival, number in acknowledged.items():
        assert rows[arrival] == number
    issued = dict(LetterNumber.objects.values_list("item_id", "number"))
    assert issued == rows
    assert Indicator.objects.get().last == len(waiting)
    assert not Arrival.objects.exclude(state=ArrivalState.REGISTERED.value).exists()
    # One entry, one step and one message for each, as if nobody had died.
    entries = [e for e in journal.entries(limit=100_000) if e.kind == "letter.registered"]
    assert sorted(int(str(e.fields["number"])) for e in entries) == sorted(issued.values())
    relay.drain()
    steps = StepRow.objects.filter(kind="registered").values_list("office_id", flat=True)
    told = Counter(steps)
    assert len(told) == 2
    assert set(told.values()) == {len(waiting)}
