"""The province as it begins: made once by the real deeds, then copied for each seed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

from django.core.management import call_command

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.enrolment import api as enrolment
from pishkhan.kernel.clock import FakeClock
from pishkhan.node import wiring
from pishkhan.node.env import Role
from tests.letters.world import NOON, World
from tests.simulator.nodes import DATABASE, Node, acting

CENTRE, VILLAGE = "centre", "village"
OUTER = ("first", "second", VILLAGE)
"""Nodes beside the centre, each with one counter; the village alone has no line."""


@dataclass(frozen=True)
class Counter:
    """A counter at its own node, and who sits there."""

    id: UUID
    clerk: Actor


@dataclass(frozen=True)
class Template:
    """The nodes' disks as they begin, and who is who."""

    folder: Path
    world: World
    counters: dict[str, Counter]
    """By the node's name; the centre's own counter is `world.counter`."""

    def nodes(self, folder: Path, rng: Random) -> dict[str, Node]:
        """Return the nodes on disks of their own in a folder."""
        return {
            name: _node(name, shutil.copytree(self.folder / name, folder / name), rng)
            for name in (CENTRE, *OUTER)
        }


@contextmanager
def made() -> Iterator[Template]:
    """Make the province, in memory where the machine has a place for it."""
    place = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="pishkhan-sim-", dir=place if place.is_dir() else None))
    try:
        yield _found(folder / "template")
    finally:
        shutil.rmtree(folder)


def _node(name: str, disk: Path, rng: Random) -> Node:
    role = Role.ALL if name == CENTRE else Role.COUNTER
    return Node(name, disk, role, FakeClock(NOON), rng.randbytes)


def _found(folder: Path) -> Template:
    rng = Random("template")
    nodes = {}
    for name in ("empty", CENTRE, *OUTER):
        (folder / name).mkdir(parents=True)
        nodes[name] = _node(name, folder / name, rng)
    with acting(empty := nodes.pop("empty")):
        call_command("migrate", verbosity=0)
    empty.stop()
    for node in nodes.values():
        shutil.copy(empty.disk / DATABASE, node.disk)
    centre = nodes[CENTRE]
    with acting(centre):
        world = World.make()
        wiring.introduce()
        added = {
            name: directory.add_counter(SYSTEM, code=f"15-100{n}", name=f"پیشخوان {name}")
            for n, name in enumerate(OUTER, 1)
        }
    counters = {name: _join(centre, nodes[name], added[name]) for name in OUTER}
    for node in nodes.values():
        node.stop()
    return Template(folder, world, counters)


def _join(centre: Node, node: Node, counter: UUID) -> Counter:
    with acting(node):
        wiring.introduce()
        asked = enrolment.request(node.name)
        key = enrolment.read_request(asked).key_id
    with acting(centre):
        enrolled = enrolment.enrol(SYSTEM, asked, key=key, counter=counter)
        own = enrolment.read_welcome(enrolled.welcome)[0].key_id
    with acting(node):
        enrolment.join(SYSTEM, enrolled.welcome, key=own)
        user = directory.add_user(SYSTEM, username="keeper", full_name=f"متصدی {node.name}")
        directory.add_clerk(SYSTEM, counter_id=counter, user_id=user)
        clerk = directory.actor_for(user, counter)
        assert clerk is not None
    return Counter(counter, clerk)
