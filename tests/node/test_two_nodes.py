"""The main job with a village that has no line at all: two nodes, two processes, one stick."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.letters.world import national_id
from tests.node import two_nodes
from tests.node.two_nodes import Province

from pishkhan.node.console import Exit

SCAN = Path(__file__).parents[1] / "data" / "scan_page_1.jpg"


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    made = two_nodes.found(tmp_path_factory.mktemp("province"))
    two_nodes.join(made)
    return made


def test_a_letter_goes_out_and_its_answer_comes_back_by_stick_alone(province: Province) -> None:
    centre, village = province.centre, province.village
    accepted = village.run(
        "letter", "accept", "--as", "keeper", "--national-id", national_id(1),
        "--name", "فرد نمونه", "--agency", "آبفا", "--subject", "قطعی آب روستا", str(SCAN),
    )  # fmt: skip
    code = accepted["code"]
    assert centre.run("letter", "arrivals", "--as", "registrar")["rows"] == []
    taken = province.carry(village, centre)
    assert [bag["fate"] for bag in taken["bags"]] == ["taken"]
    assert taken["bags"][0]["files"] == 1

    # A copy of the stick that is brought late, or twice, does nothing twice.
    copy = province.stick.with_name("copy")
    shutil.copytree(province.stick, copy)
    again = centre.run("relay", "import", str(copy))["bags"][0]
    assert (again["new"], again["known"] > 0) == (0, True)

    (row,) = centre.run("letter", "arrivals", "--as", "registrar")["rows"]
    assert row["code"] == code
    number = centre.run("letter", "register", code, "--as", "registrar")["number"]
    province.carry(centre, village)
    assert village.run("letter", "show", code, "--as", "keeper")["state"] == "registered"

    centre.run("letter", "refer", number, "--as", "registrar", "--to", "کارشناس شبکه")
    centre.run("letter", "draft", number, "--as", "expert", "--subject", "پاسخ", "--text", "وصل شد")
    for sender, receiver, deed in (("expert", "معاون", "initial"), ("deputy", "مدیرعامل", "sign")):
        centre.run(
            "letter", "refer", number, "--as", sender, "--to", receiver, "--purpose", "signature"
        )
        centre.run("letter", deed, number, "--as", "deputy" if deed == "initial" else "head")
    centre.run("letter", "dispatch", number, "--as", "registrar")
    # This stick is lost on the road: the next one holds all that it held.
    centre.run("relay", "export", str(province.stick))
    for lost in province.stick.iterdir():
        shutil.rmtree(lost)
    province.carry(centre, village)
    assert village.run("letter", "show", code, "--as", "keeper")["state"] == "ready"
    village.run("letter", "hand-over", code, "--as", "keeper", "--national-id", national_id(1))
    province.carry(village, centre)
    province.carry(centre, village)
    for side in (centre, village):
        (node,) = side.run("relay", "status")["nodes"]
        assert node["waiting"]["count"] <= 1, node  # the last receipt has nobody to answer it
        assert (node["holes"], node["notice"]) == (0, "")
        assert side.run("fsck")["findings"] == []


def test_a_counter_that_has_letters_here_does_not_move(province: Province) -> None:
    centre, village = province.centre, province.village
    centre.run(
        "letter", "accept", "--as", "clerk", "--national-id", national_id(1), "--name", "فرد نمونه",
        "--agency", "آبفا", "--subject", "شهری", "--text", "متن",
    )  # fmt: skip
    request = province.stick.with_name("again.txt")
    asked = village.run("node", "request", "--name", "کلاته", "--out", str(request))
    out = str(province.stick.with_name("never.txt"))
    told = centre.run(
        "node", "enrol", str(request), "--counter", province.used, "--key", asked["key"],
        "--out", out, code=Exit.REFUSED,
    )  # fmt: skip
    assert told["code"] == "node.counter-has-letters"
    told = centre.run(
        "node", "enrol", str(request), "--counter", province.counter, "--key", "0000-1111",
        "--out", out, code=Exit.INVALID,
    )  # fmt: skip
    assert told["code"] == "node.other-key"
    assert not Path(out).exists()
