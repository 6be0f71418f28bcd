"""A village's PC is restored from a backup: a person begins a new epoch, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.letters.world import national_id
from tests.node import two_nodes
from tests.node.two_nodes import Province, Side

from pishkhan.node.console import Exit


@pytest.fixture
def province(tmp_path: Path) -> Province:
    made = two_nodes.found(tmp_path)
    two_nodes.join(made)
    return made


def accept(side: Side, subject: str) -> str:
    told = side.run(
        "letter", "accept", "--as", "keeper", "--national-id", national_id(1),
        "--name", "فرد نمونه", "--agency", "آبفا", "--subject", subject, "--text", "متن",
    )  # fmt: skip
    return str(told["code"])


def arrivals(side: Side) -> list[Any]:
    return side.run("letter", "arrivals", "--as", "registrar")["rows"]


def restored(side: Side, backup: Path) -> None:
    """Let a node's disk fail and its backup be put back."""
    shutil.rmtree(side.home)
    side.home.mkdir()
    side.run("restore", str(backup))


def settled(province: Province) -> None:
    for _ in range(2):
        province.carry(province.village, province.centre)
        province.carry(province.centre, province.village)


def test_a_restored_village_goes_on_in_a_new_epoch(province: Province, tmp_path: Path) -> None:
    centre, village = province.centre, province.village
    backup = tmp_path / "backup"
    first = accept(village, "پیش از پشتیبان")
    province.carry(village, centre)
    village.run("backup", str(backup))
    second = accept(village, "پس از پشتیبان")
    province.carry(village, centre)
    province.carry(centre, village)
    old_stick = tmp_path / "old"
    shutil.copytree(province.stick, old_stick)

    restored(village, backup)
    # It may have sent what it does not know of: nothing goes out, and the reason is told.
    told = village.run("relay", "export", str(province.stick), code=Exit.REFUSED)
    assert told["code"] == "relay.restored"
    status = village.run("relay", "status", code=Exit.FAILED)
    assert status["nodes"][0]["notice"] == "relay.restored"
    # The desk goes on meanwhile, and no code is given twice.
    third = accept(village, "پس از بازگردانی")
    assert third not in {first, second}
    assert village.run("node", "new-epoch", code=Exit.REFUSED)
    begun = village.run("node", "new-epoch", "--yes")
    assert begun["epoch"] == 2
    fourth = accept(village, "در دورهٔ تازه")
    settled(province)

    rows = arrivals(centre)
    assert sorted(row["code"] for row in rows) == sorted([first, second, third, fourth])
    (node,) = [each for each in centre.run("node", "list")["rows"] if not each["self"]]
    assert (node["epoch"], node["key"]) == (2, begun["key"])
    # The village has a block of codes of its own for the new epoch by now.
    fifth = accept(village, "با کدهای تازه")
    assert fifth[:6] != first[:6]
    # A stick of before is taken as ever, and does nothing twice.
    again = centre.run("relay", "import", str(old_stick))
    assert {bag["new"] for bag in again["bags"]} == {0}
    settled(province)
    assert len(arrivals(centre)) == 5
    for side in (centre, village):
        (other,) = side.run("relay", "status")["nodes"]
        assert (other["holes"], other["notice"], other["suspended"]) == (0, "", False)
        assert side.run("fsck")["findings"] == []


def test_a_restored_centre_gets_again_what_the_village_had_sent(
    province: Province, tmp_path: Path
) -> None:
    centre, village = province.centre, province.village
    backup = tmp_path / "backup"
    first = accept(village, "پیش از پشتیبان")
    province.carry(village, centre)
    province.carry(centre, village)
    centre.run("backup", str(backup))
    second = accept(village, "پس از پشتیبان")
    province.carry(village, centre)
    province.carry(centre, village)
    assert len(arrivals(centre)) == 2

    restored(centre, backup)
    assert [row["code"] for row in arrivals(centre)] == [first]
    assert centre.run("relay", "export", str(province.stick), code=Exit.REFUSED)
    centre.run("node", "new-epoch", "--yes")
    settled(province)
    assert sorted(row["code"] for row in arrivals(centre)) == sorted([first, second])
    third = accept(village, "پس از بازگردانی مرکز")
    settled(province)
    assert third in {row["code"] for row in arrivals(centre)}
    for side in (centre, village):
        (other,) = side.run("relay", "status")["nodes"]
        assert (other["holes"], other["notice"], other["suspended"]) == (0, "", False)
        assert side.run("fsck")["findings"] == []
