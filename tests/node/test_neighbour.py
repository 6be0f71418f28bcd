"""A village without a line, and a neighbour whose line carries its bags: three real nodes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.letters.world import national_id
from tests.node import two_nodes
from tests.node.live import running
from tests.node.two_nodes import Province, Side
from tests.relay.cutter import DOWN, UP, Cutter, cutting
from tests.relay.line_ground import page

from pishkhan.node.console import Exit

WAITING = """
import json, django
django.setup()
from pishkhan.relay import protocol
from pishkhan.relay.models import Envelope
rows = Envelope.objects.filter(to_node__isnull=False, to_carry__isnull=False)
print(json.dumps([protocol.read(bytes(row.header)).kind for row in rows]))
"""
SCAN = Path(__file__).parents[1] / "data" / "scan_page_1.jpg"


@dataclass
class Neighbours:
    """`far` has no line; `near` has one, to be cut, and carries. `phone` goes between them."""

    centre: Side
    far: Side
    near: Side
    phone: Path
    line: Cutter

    def accept(self, side: Side, subject: str, *more: str) -> str:
        return str(
            side.run(
                "letter", "accept", "--as", "keeper", "--national-id", national_id(1), "--name",
                "فرد نمونه", "--agency", "آبفا", "--subject", subject, "--text", "متن", *more,
            )["code"]
        )  # fmt: skip

    def arrived(self) -> list[str]:
        self.centre.run("worker", "--once")
        rows = self.centre.run("letter", "arrivals", "--as", "registrar")["rows"]
        return [row["code"] for row in rows]

    def by_phone(self) -> Any:
        """Bring the far village's bag to its neighbour; return what that says of it."""
        for old in self.phone.iterdir():
            old.unlink()
        self.far.run("relay", "export", str(self.phone), "--one-file")
        return self.near.run("relay", "import", str(self.phone))

    def home_by_phone(self) -> Any:
        self.near.run("relay", "export", str(self.phone), "--one-file")
        return self.far.run("relay", "import", str(self.phone))

    def waiting(self, side: Side) -> int:
        (node,) = side.run("relay", "status")["nodes"]
        assert (node["holes"], node["notice"]) == (0, "")
        return int(node["waiting"]["count"])


@pytest.fixture(scope="module")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    folder = tmp_path_factory.mktemp("neighbours")
    province = two_nodes.found(folder)
    two_nodes.join(province)
    near = Side(folder / "near", role="counter")
    near.run("migrate")
    stick = folder / "other"
    stick.mkdir()
    two_nodes.join(Province(province.centre, near, stick, province.used, province.counter))
    province.centre.run("migrate")
    told = {"token": "", "cookies": {}, "agency": ""}
    with running(province.centre.home, told, "--workers", "1") as node, cutting(node.port) as line:
        near.run("relay", "line", line.address)
        yield Neighbours(province.centre, province.village, near, stick, line)


def test_a_letter_and_its_answer_go_by_a_neighbours_line(neighbours: Neighbours) -> None:
    far, near, centre = neighbours.far, neighbours.near, neighbours.centre
    code = neighbours.accept(far, "قطعی آب روستا", str(SCAN))
    own = neighbours.accept(near, "آب شهر")
    told = neighbours.by_phone()
    assert ([bag["fate"] for bag in told["bags"]], told["along"]) == (["elsewhere"], 1)
    near.run("relay", "call")
    assert sorted(neighbours.arrived()) == sorted([code, own])
    assert neighbours.waiting(far) > 0  # it has not heard so yet
    home = neighbours.home_by_phone()
    assert "taken" in [bag["fate"] for bag in home["bags"]]
    assert neighbours.waiting(far) == 0

    number = centre.run("letter", "register", code, "--as", "registrar")["number"]
    centre.run("letter", "refer", number, "--as", "registrar", "--to", "کارشناس شبکه")
    centre.run("worker", "--once")
    neighbours.by_phone()
    near.run("relay", "call")
    neighbours.home_by_phone()
    assert far.run("letter", "show", code, "--as", "keeper")["state"] == "in_progress"
    for side in (far, near, centre):
        assert side.run("fsck")["findings"] == []


@pytest.mark.parametrize("way", [UP, DOWN])
def test_cut_again_and_again_it_comes_whole_and_once(
    neighbours: Neighbours, way: str, tmp_path: Path
) -> None:
    scan = str(page(tmp_path, 120))  # some 15 kB
    code = neighbours.accept(neighbours.far, f"خط بریده {way}", scan)
    neighbours.by_phone()
    line, back = neighbours.line, neighbours.near.home / "line" / "carried"
    line.way, line.cut_at = way, 8_000 if way == UP else 1_500
    cuts = 0
    while "sent" not in neighbours.near.run("relay", "call", code=_EITHER):
        cuts += 1
        assert cuts < 12, "it does not go on where it was cut"
    line.cut_at = None
    assert cuts > 0
    assert [each.suffix for each in back.iterdir()] == [".back"]
    assert neighbours.arrived().count(code) == 1
    neighbours.home_by_phone()
    # It heard what arrived: at most a receipt for what came home with that waits now.
    assert neighbours.waiting(neighbours.far) <= 1
    assert set(json.loads(neighbours.far.script(WAITING))) <= {"relay.receipt"}


class _Either(int):
    """An exit code that is either of DONE and UNAVAILABLE."""

    def __eq__(self, other: object) -> bool:
        return other in {Exit.DONE, Exit.UNAVAILABLE}

    __hash__ = int.__hash__


_EITHER = _Either(Exit.DONE)


def test_what_the_centre_refuses_is_told_and_hinders_nothing(neighbours: Neighbours) -> None:
    far, near = neighbours.far, neighbours.near
    neighbours.accept(far, "گرهِ باطل")
    me = far.run("node", "list")["rows"][0]["id"]
    neighbours.by_phone()
    neighbours.centre.run("node", "revoke", me)
    own = neighbours.accept(near, "نامهٔ خودی")
    near.run("relay", "call")
    assert own in neighbours.arrived()
    found = {each.suffix: each for each in (near.home / "line" / "carried").iterdir()}
    assert found[".refused"].read_text() == "relay.line-unknown"
    assert ".bag" not in found
    assert near.run("relay", "call")["sent"] in {0, 1}
