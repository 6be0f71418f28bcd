"""A centre and a village's counter: two real nodes with a home each, and a folder for a stick."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.node.live import ROOT, environ_of

CENTRE = """
import json, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from pishkhan.node import wiring
from tests.letters.world import World
wiring.introduce()
world = World.make()
print(json.dumps({"counter": str(world.other_counter), "used": str(world.counter)}))
"""
CLERK = """
import sys, django
django.setup()
from uuid import UUID
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
user = directory.add_user(SYSTEM, username="keeper", full_name="متصدی کلاته")
directory.add_clerk(SYSTEM, user_id=user, counter_id=UUID(sys.argv[1]))
"""


@dataclass
class Side:
    """One node: its commands run as processes of their own."""

    home: Path
    role: str = "all"
    database: str = ""
    env: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.home.mkdir()
        self.env = environ_of(self.home, self.database) | {
            "PISHKHAN_ROLE": self.role, "PISHKHAN_LANG": "en", "PYTHONWARNINGS": "ignore",
        }  # fmt: skip

    def script(self, text: str, *arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", text, *arguments],
            cwd=ROOT, env=self.env, check=True, stdout=subprocess.PIPE, text=True, timeout=120,
        ).stdout  # fmt: skip

    def run(self, *arguments: str, code: int = 0) -> Any:
        """Return what a command told in JSON; it must end with this code."""
        done = subprocess.run(
            [sys.executable, "-m", "pishkhan", *arguments, "--json"],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return json.loads(done.stdout or done.stderr.splitlines()[-1])


@dataclass
class Province:
    """The two nodes, joined, and the stick."""

    centre: Side
    village: Side
    stick: Path
    counter: str
    used: str

    def carry(self, here: Side, there: Side, *, stick: Path | None = None) -> Any:
        """Take the stick from one node to the other; return what was taken in."""
        folder = str(stick or self.stick)
        here.run("relay", "export", folder)
        return there.run("relay", "import", folder)


def found(folder: Path, *, database: str = "") -> Province:
    """Make a centre and a village, unjoined."""
    centre = Side(folder / "centre", database=database)
    told = json.loads(centre.script(CENTRE).splitlines()[-1])
    village = Side(folder / "village", role="counter")
    village.run("migrate")
    stick = folder / "stick"
    stick.mkdir()
    return Province(centre, village, stick, told["counter"], told["used"])


def join(province: Province) -> None:
    """Join the village to the centre by two files on the stick, and let a clerk in there."""
    request, welcome = province.stick / "request.txt", province.stick / "welcome.txt"
    asked = province.village.run("node", "request", "--name", "کلاته", "--out", str(request))
    given = province.centre.run(
        "node", "enrol", str(request), "--counter", province.counter, "--key", asked["key"],
        "--out", str(welcome),
    )  # fmt: skip
    province.village.run("node", "join", str(welcome), "--key", given["key"])
    province.village.script(CLERK, province.counter)
    request.unlink()
    welcome.unlink()
